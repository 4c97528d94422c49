// The lists of the folder against what lies in it.
import { isOxum, parseBagInfo, parseDeclaration, parseManifest, tagBytesMax } from './bagit';
import { HashedFiles, isRead } from './digests';
import { Findings, Named } from './findings';
import { FolderReader, isPayload, isSystemFile, isTopLevel } from './folder';
import { Refused } from './reasons';

const manifestPath = 'manifest-sha256.txt', tagManifestPath = 'tagmanifest-sha256.txt';
const lists = [manifestPath, tagManifestPath];

async function readLists(folder: FolderReader): Promise<Map<string, string>[]> {
  const isNew = parseDeclaration(await folder.text('bagit.txt', 4096));
  const payload = parseManifest(await folder.text(manifestPath, tagBytesMax), isNew);
  const tags = parseManifest(await folder.text(tagManifestPath, tagBytesMax), isNew);
  return [payload, tags];
}

function compare(both: Map<string, string>[], folder: FolderReader, hashed: HashedFiles, to: Findings) {
  const missing = new Named(), changed = new Named(), extra = new Named();
  const odd = new Named(), unreadable = new Named();
  const listed = new Set<string>();
  for (const list of both) {
    for (const [path, digest] of list) {
      listed.add(path);
      const found = hashed.get(path);
      if (!found) missing.add(path);
      else if (!isRead(found)) unreadable.add(path);
      else if (found.sha256 !== digest) changed.add(path);
    }
  }
  let payload = 0;
  for (const file of folder.files) {
    if (!isPayload(file.path)) continue;
    ++payload;
    if (file.odd) odd.add(file.path);
    // What an operating system leaves behind without being asked is no tampering.
    else if (!listed.has(file.path) && !isSystemFile(file.path)) extra.add(file.path);
  }
  const check = 'sha256sum -c ' + manifestPath;
  const tell = (id: 'changed' | 'missing' | 'extra' | 'odd' | 'unreadable', named: Named) => {
    if (named.count > 0)
      to.say(`complete.${id}`, { evidence: lists, check, values: named.values() });
  };
  tell('changed', changed);
  tell('missing', missing);
  tell('extra', extra);
  tell('odd', odd);
  tell('unreadable', unreadable);
  if (missing.count + changed.count + extra.count + odd.count + unreadable.count === 0)
    to.say('complete.all', { evidence: lists, check, values: { count: payload } });
}

async function judgeSums(folder: FolderReader, hashed: HashedFiles, to: Findings): Promise<void> {
  const path = 'SHA256SUMS';
  if (!hashed.has(path)) return;
  try {
    const wrong = new Named();
    for (const [listed, digest] of parseManifest(await folder.text(path, tagBytesMax))) {
      const found = hashed.get(listed);
      if (isRead(found) && found.sha256 !== digest) wrong.add(listed);
    }
    if (wrong.count > 0)
      to.say('complete.sums', {
        evidence: [path], check: 'sha256sum -c SHA256SUMS', values: { why: '', ...wrong.values() },
      });
  } catch (error) {
    to.trouble('complete.sums', 'complete.unreadable', error, [path]);
  }
}

// Other lists are somebody's; sha256sum with ours is what HOW-TO-CHECK.txt says.
function nameOtherLists(folder: FolderReader, to: Findings): void {
  const others = new Named();
  for (const { path } of folder.files) {
    if (isTopLevel(path) && !lists.includes(path) &&
        (/^(?:tag)?manifest-/.test(path) || path === 'fetch.txt'))
      others.add(path);
  }
  if (others.count > 0) to.say('complete.not-used', { values: others.values() });
}

// A bag may list tag files in folders too (RFC 8493, 2.2.4); other programs do.
export async function listedTagFiles(folder: FolderReader): Promise<Set<string>> {
  try {
    return new Set((await readLists(folder))[1]!.keys());
  } catch {
    return new Set(); // judgeBag says why
  }
}

export async function judgeBag(folder: FolderReader, hashed: HashedFiles, to: Findings): Promise<void> {
  let both: Map<string, string>[];
  try {
    both = await readLists(folder);
  } catch (error) {
    if (error instanceof Refused && error.code === 'missing')
      return to.say('complete.no-lists', { values: { file: error.where } });
    return to.trouble('complete.lists-bad', 'complete.unreadable', error, lists);
  }
  compare(both, folder, hashed, to);
  await judgeSums(folder, hashed, to);
  nameOtherLists(folder, to);
  if (!folder.folder.complete) to.say('complete.unlisted-not-seen-here');
}

export async function judgeBagInfo(
  folder: FolderReader, hashed: HashedFiles, caseId: string, to: Findings,
): Promise<void> {
  const path = 'bag-info.txt';
  if (!hashed.has(path)) return;
  let bytes = 0, files = 0;
  for (const file of folder.files) {
    if (!isPayload(file.path) || isSystemFile(file.path)) continue;
    bytes += file.odd ? 0 : file.size;
    ++files;
  }
  try {
    for (const { label, value } of parseBagInfo(await folder.text(path, 1 << 20))) {
      const wrongSize = label === 'Payload-Oxum' && !isOxum(value, bytes, files);
      const wrongCase = label === 'External-Identifier' && caseId !== '' && value !== caseId;
      if (wrongSize || wrongCase)
        to.say('complete.info', { evidence: [path], values: { file: path, label } });
    }
  } catch (error) {
    to.trouble('complete.info', 'complete.unreadable', error, [path]);
  }
}
