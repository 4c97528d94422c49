// The torrent against the files that lie in data/.
import { latin1 } from './bencode';
import { HashedFiles, isRead, type FileDigests } from './digests';
import { Findings, Named } from './findings';
import { FolderReader, isPayload, isSystemFile, isTopLevel } from './folder';
import { parseTorrent, Torrent, torrentBytesMax } from './torrent';

const magnetPath = 'magnet.txt';

// The root where it is known without reading anything again: of one leaf it is the leaf.
const rootOf = (file: FileDigests): string | undefined =>
  file.root ?? (file.size <= 16384 ? file.sha256 : undefined);

function compare(torrent: Torrent, folder: FolderReader, hashed: HashedFiles) {
  const other = new Named(), listed = new Set<string>();
  let withoutRoot = 0;
  for (const file of torrent.files) {
    const path = 'data/' + file.path;
    listed.add(path);
    const found = hashed.get(path);
    if (!found) other.add(path);
    if (!isRead(found)) continue; // what cannot be read is said elsewhere
    const root = rootOf(found);
    if (root === undefined) ++withoutRoot;
    if (found.size !== file.length || file.isLink ||
        (file.length > 0 && root !== undefined && root !== file.root))
      other.add(path);
  }
  for (const { path } of folder.files) {
    if (isPayload(path) && !isSystemFile(path) && !listed.has(path)) other.add(path);
  }
  return { other, withoutRoot };
}

async function judgeOne(path: string, folder: FolderReader, hashed: HashedFiles, to: Findings) {
  try {
    const torrent = parseTorrent(await folder.bytes(path, torrentBytesMax));
    const only = torrent?.files.length === 1 && torrent.files[0]!.path === torrent.name;
    if (!torrent || only || torrent.name !== 'data')
      return to.say('torrent.other-files', { evidence: [path], values: { files: '', count: 0 } });
    const { other, withoutRoot } = compare(torrent, folder, hashed);
    if (other.count > 0)
      to.say('torrent.other-files', { evidence: [path], values: other.values() });
    else
      to.say('torrent.same', {
        evidence: [path],
        check: 'any BitTorrent v2 client: recheck',
        values: {
          count: torrent.files.length, without_root: withoutRoot, info_hash: torrent.infoHash,
        },
      });
    await judgeMagnet(torrent, folder, hashed, to);
  } catch (error) {
    to.trouble('torrent.bad', 'torrent.unreadable', error, [path]);
  }
}

async function judgeMagnet(torrent: Torrent, folder: FolderReader, hashed: HashedFiles, to: Findings) {
  if (!hashed.has(magnetPath)) return;
  try {
    const text = latin1(await folder.bytes(magnetPath, 256 * 1024));
    // BEP 52: urn:btmh, multihash of SHA-256.
    if (!text.includes('xt=urn:btmh:1220' + torrent.infoHash))
      to.say('torrent.other-magnet', { evidence: [magnetPath] });
  } catch (error) {
    to.trouble('torrent.bad', 'torrent.unreadable', error, [magnetPath]);
  }
}

export async function judgeTorrent(folder: FolderReader, hashed: HashedFiles, to: Findings): Promise<void> {
  // Other torrents that lie beside are nobody's claim about this release.
  const found = folder.files.filter(({ path }) =>
    path.startsWith('exhibit-') && path.endsWith('.torrent') && isTopLevel(path));
  for (const { path } of found) await judgeOne(path, folder, hashed, to);
  if (found.length === 0) to.say('torrent.missing');
}
