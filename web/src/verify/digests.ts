// What is known of a file after all of its bytes were read once. Whoever calls brings the one who
// reads: a worker in the browser, the test itself under node.
import type { FolderFile } from './folder';

export interface FileDigests {
  size: number;
  sha256: string; // hexadecimal
  root?: string; // BEP 52, hexadecimal
}

export type Digester = (file: FolderFile, wanted: { root: boolean }) => Promise<FileDigests>;

// Of one file of the folder: its digests, or that it could not be read.
export type Hashed = { unreadable: string } | FileDigests;
export type HashedFiles = Map<string, Hashed>;

export const isRead = (hashed: Hashed | undefined): hashed is FileDigests =>
  hashed !== undefined && !('unreadable' in hashed);
