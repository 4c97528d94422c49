// matrix.mjs DIR: judges every release that `tamper_matrix --write DIR` wrote, and demands what the
// program says of it: whether it holds, and the finding that names what was done.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from './bundle.mjs';
import { digesterOf, diskFolder } from './disk_folder.mjs';

// Cases that agree in `holds` but are named by another sentence, each with the reason.
const namedOtherwise = {};

const directory = process.argv[2];
if (!directory) {
  console.error('usage: matrix.mjs DIR, as written by tamper_matrix --write DIR');
  process.exit(2);
}
const { verifyRelease, streamDigest, sentences } = await load('index', 'stream_digest');
const { cases, trust } = JSON.parse(await readFile(join(directory, 'cases.json'), 'utf8'));
let authorities = [];
try {
  authorities = [await readFile(join(directory, trust.authority), 'utf8')];
} catch {
  console.log('no authority was written: stamps are not expected to be trusted');
}

const says = (report, { id, subject, verdict, details = {} }) =>
  report.findings.some((one) => one.id === id && one.subject === subject && one.verdict === verdict &&
    Object.entries(details).every(([name, value]) => one.values[name] === value));

const failures = [];
const ids = new Set();
for (const one of cases) {
  const root = join(directory, one.folder);
  const report = await verifyRelease(await diskFolder(root), {
    digest: digesterOf(root, streamDigest), now: new Date(), full: one.full,
    trust: { authorities, testBlocks: [trust.test_block] },
  });
  for (const finding of report.findings) ids.add(finding.id);
  const wrong = [];
  if (report.holds !== one.expect.holds) wrong.push(`holds is ${report.holds}`);
  if (one.expect.id && !says(report, one.expect) && !namedOtherwise[one.name])
    wrong.push(`not said: ${one.expect.id} (${one.expect.verdict}) of '${one.expect.subject}'`);
  const stopped = report.findings.find((finding) => finding.id === 'check.stopped-here');
  if (stopped) wrong.push(`stopped: ${stopped.values.what}: ${stopped.values.why}`);
  const unknown = report.findings.find((finding) => sentences[finding.id] !== finding.verdict);
  if (unknown) wrong.push(`another verdict than its sentence has: ${unknown.id}`);
  if (wrong.length === 0) continue;
  failures.push(one.name);
  console.log(`${one.folder} (${one.what}): ${wrong.join('; ')}`);
  const told = report.findings.filter((finding) => finding.verdict === 'fails' || finding.verdict === 'not_checked');
  for (const { id, subject, values } of told) console.log(`    ${id} '${subject}' ${JSON.stringify(values)}`);
}
console.log(`${cases.length - failures.length} of ${cases.length} releases judged as the program does, ` +
            `by ${ids.size} different sentences`);
process.exit(failures.length === 0 ? 0 : 1);
