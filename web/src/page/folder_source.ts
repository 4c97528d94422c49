// The release folder as the page can reach it: dropped, chosen, or on the server it was read from.
// Whatever way it came, the same checks run over it.
import type { Folder, FolderFile } from '../verify/folder';

export interface ReachedFile extends FolderFile {
  file?: File;
  url?: string;
}
export interface ReachedFolder extends Folder {
  files: ReachedFile[];
}

const documentMax = 16 << 20; // no document of a release is larger

function ofFile(path: string, file: File): ReachedFile {
  return {
    path,
    size: file.size,
    file,
    read: async () => {
      if (file.size > documentMax) throw new Error('too large');
      return new Uint8Array(await file.arrayBuffer());
    },
    blob: async () => file,
  };
}

// "release/data/0001.age" → "data/0001.age": what was chosen may be the folder itself, or one around
// it. The folder is where data/ is, the outermost if there are more.
function below(files: ReachedFile[]): ReachedFolder {
  const starts = files.map((one) => /^(|.*?\/)data\//.exec(one.path)?.[1]).filter((one) => one !== undefined);
  const prefix = starts.sort((a, b) => a.length - b.length)[0] ?? '';
  const inside = files.filter((one) => one.path.startsWith(prefix))
    .map((one) => ({ ...one, path: one.path.slice(prefix.length) }));
  return { files: inside, complete: true };
}

export function ofFileList(list: FileList): ReachedFolder {
  return below([...list].map((file) => ofFile(file.webkitRelativePath || file.name, file)));
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A call gives at most a hundred.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry, files: ReachedFile[], depth = 0): Promise<void> {
  if (depth > 32 || files.length > 200_000) throw new Error('too many files');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    files.push(ofFile(entry.fullPath.replace(/^\//, ''), file));
    return;
  }
  for (const one of await entriesOf(entry as FileSystemDirectoryEntry)) await walk(one, files, depth + 1);
}

// The newer way in, where there is one: in a page from disk, Chromium refuses to read what the older
// one finds (EncodingError).
interface Handle {
  kind: 'file' | 'directory';
  name: string;
  getFile(): Promise<File>;
  values(): AsyncIterable<Handle>;
}

async function walkHandle(handle: Handle, path: string, files: ReachedFile[], depth = 0): Promise<void> {
  if (depth > 32 || files.length > 200_000) throw new Error('too many files');
  if (handle.kind === 'file') return void files.push(ofFile(path, await handle.getFile()));
  for await (const one of handle.values()) await walkHandle(one, `${path}/${one.name}`, files, depth + 1);
}

export async function ofDrop(items: DataTransferItemList): Promise<ReachedFolder> {
  // All of them before the first await: afterwards the list is empty.
  const given = [...items].filter((item) => item.kind === 'file').map((item) => ({
    handle: (item as { getAsFileSystemHandle?: () => Promise<Handle | null> }).getAsFileSystemHandle?.(),
    entry: item.webkitGetAsEntry(),
  }));
  const files: ReachedFile[] = [];
  for (const { handle, entry } of given) {
    const found = await handle?.catch(() => null);
    if (found) await walkHandle(found, found.name, files);
    else if (entry) await walk(entry, files);
  }
  return below(files);
}

// Only the files that FILES.txt names, and only below the page: a path in it can lead nowhere else.
export async function ofServer(): Promise<ReachedFolder> {
  const get = async (path: string) => {
    const url = urlOf(path);
    const answer = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error' });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status}`);
    return answer;
  };
  const list = await (await get('FILES.txt')).text();
  const paths = list.split('\n').filter((path) => path && isBelow(path)).slice(0, 200_000);
  const files = await Promise.all(paths.map(async (path): Promise<ReachedFile | null> => {
    const head = await fetch(urlOf(path), { method: 'HEAD', credentials: 'omit', cache: 'no-store', redirect: 'error' })
      .catch(() => null);
    // A file that is gone is missing; one that the server will not give is unreadable, and stays.
    if (head?.status === 404) return null;
    const read = async () => new Uint8Array(await (await get(path)).arrayBuffer());
    return { path, size: Number(head?.headers.get('content-length') ?? 0), url: urlOf(path), read };
  }));
  return { files: files.filter((one): one is ReachedFile => one !== null), complete: false };
}

function isBelow(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..') && !path.includes('\\');
}

function urlOf(path: string): string {
  return new URL(path.split('/').map(encodeURIComponent).join('/'), document.baseURI).href;
}
