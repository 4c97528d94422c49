// The release folder as the browser has it: chosen by its reader, or served by somebody.
import { Bytes, textOf } from './encoding';
import { Refused, Unreadable } from './reasons';

export interface FolderFile {
  path: string; // forward slashes, relative to the release folder, as is
  size: number;
  odd?: boolean; // a link, a device: not a plain file
  read(): Promise<Uint8Array>; // small documents only
  blob?(): Promise<Blob>; // big files
}

export interface Folder {
  files: FolderFile[];
  complete: boolean; // false: files that nobody lists cannot be seen
}

export const isPayload = (path: string): boolean => path.startsWith('data/');
export const isTopLevel = (path: string): boolean => !path.includes('/');

// What operating systems leave behind without being asked.
export function isSystemFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '.DS_Store' || name === 'Thumbs.db' || name === 'desktop.ini';
}

// Files by name; what is too large to be what it should be is not read.
export class FolderReader {
  readonly files: FolderFile[];
  private readonly byPath = new Map<string, FolderFile>();

  constructor(readonly folder: Folder, order: (a: string, b: string) => number) {
    this.files = [...folder.files].sort((a, b) => order(a.path, b.path));
    for (const file of this.files) this.byPath.set(file.path, file);
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }
  find(path: string): FolderFile | undefined {
    return this.byPath.get(path);
  }
  below(folder: string): FolderFile[] {
    return this.files.filter((file) => file.path.startsWith(folder) && !isSystemFile(file.path));
  }

  async bytes(path: string, limit: number): Promise<Bytes> {
    const file = this.byPath.get(path);
    if (!file) throw new Refused('missing', path);
    if (file.odd) throw new Refused('link', path);
    if (file.size > limit) throw new Refused('too-large', path);
    let bytes: Bytes;
    try {
      bytes = await file.read();
    } catch (error) {
      throw new Unreadable(error instanceof Error ? error.message : 'cannot be read');
    }
    if (bytes.length > limit) throw new Refused('too-large', path);
    return bytes;
  }
  async text(path: string, limit: number): Promise<string> {
    return textOf(await this.bytes(path, limit));
  }
}
