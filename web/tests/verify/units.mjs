// units.mjs: hostile input to each parser: cut off, too large, too deep, twice. Nothing hangs,
// nothing is taken, and what is refused is refused as such and not by accident.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { load } from './bundle.mjs';

const v = await load('json', 'encoding', 'dsse', 'bencode', 'torrent', 'ots', 'log_note', 'bech32', 'bagit',
                     'fields', 'der', 'certificate', 'rfc3161', 'statement', 'printable', 'civil_time',
                     'bitcoin', 'documents', 'stream_digest', 'index', 'reasons', 'folder', 'block_tree');
const bytes = v.utf8;
let count = 0, failed = 0;
const tests = [];
const test = (name, work) => tests.push({ name, work });

const refuses = async (work, code) => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof v.Refused)) throw error;
    if (code) assert.equal(error.code, code);
    return;
  }
  assert.fail('was taken');
};
// Every beginning of it is refused, and nothing else happens.
const refusesEveryCut = async (whole, work) => {
  for (let end = 0; end < whole.length; ++end) await refuses(() => work(whole.slice(0, end)));
};

test('JSON: what two readers could read differently', async () => {
  for (const text of ['{"a":1,"a":1}', '{"a":1', '[1,]', '1.0', '-0', '01', '9007199254740992', '"\\ud800"', '1 2',
                      '\ufeff{}', '{"a":"\u0000"}', '"\t"', "{'a':1}", 'nul', '', '[1 2]', '"a', '"\\x"', 'NaN'])
    await refuses(() => v.parseJson(bytes(text)), 'json');
  await refuses(() => v.parseJson(Uint8Array.of(0x22, 0xff, 0x22)), 'utf8');
  await refuses(() => v.parseJson(bytes('[' + '1,'.repeat(600_000) + '1]')), 'too-large');
  await refuses(() => v.parseJson(bytes('['.repeat(33) + ']'.repeat(33))), 'json');
  await refuses(() => v.parseJson(bytes('['.repeat(500_000))), 'json');
  await refuses(() => v.parseJson(bytes('1e999'), { doubles: true }), 'json');
  v.parseJson(bytes('['.repeat(32) + ']'.repeat(32)));
});

test('JSON: names that are properties of every object are names like others', () => {
  const map = v.parseJson(bytes('{"__proto__":{"case":1},"constructor":2,"hasOwnProperty":3}'));
  assert.equal(map.get('constructor'), 2);
  assert.equal(map.get('toString'), undefined);
  assert.equal({}.case, undefined);
  const fields = new v.Fields(map);
  assert.equal(fields.has('toString'), false);
  return refuses(() => fields.text('toString', 10), 'field');
});

test('JSON: canonical text', () => {
  assert.equal(v.canonical(v.parseJson(bytes('{"b":[1,true,null],"a":"\\u00e9\\n"}'))), '{"a":"é\\n","b":[1,true,null]}');
});

test('base64 and hexadecimal: one text per value', async () => {
  for (const text of ['QQ', 'QQ=', 'QR==', 'Q===', 'QQ==\n', '=QQ=', 'Q Q=']) await refuses(() => v.fromBase64(text), 'encoding');
  assert.deepEqual([...v.fromBase64('QQ==')], [65]);
  for (const text of ['AB', 'a', '0g']) await refuses(() => v.fromHex(text), 'encoding');
  for (let size = 0; size < 70; ++size) {
    const sample = Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
    assert.deepEqual(v.fromBase64(v.toBase64(sample)), sample);
    assert.deepEqual(v.fromBase64(v.toBase64(sample, 'url').replace(/=+$/, ''), 'url'), sample);
    assert.equal(v.toBase64(sample), Buffer.from(sample).toString('base64'));
  }
});

test('DSSE: envelopes', async () => {
  const whole = '{"payload":"e30=","payloadType":"t","signatures":[{"sig":"QQ=="}]}';
  assert.equal(v.parseEnvelope(bytes(whole), 1000).type, 't');
  v.parseEnvelope(bytes(whole.replace('{', '{"other":1.5,')), 1000); // unknown fields are ignored
  await refusesEveryCut(bytes(whole), (cut) => v.parseEnvelope(cut, 1000));
  await refuses(() => v.parseEnvelope(bytes(whole), 20), 'too-large');
  await refuses(() => v.parseEnvelope(bytes('{"payload":"e30=","payloadType":"t","signatures":[]}'), 1000), 'dsse');
  await refuses(() => v.parseEnvelope(bytes('{"payload":"e30=","payloadType":"t","signatures":[' +
    Array(65).fill('{"sig":"QQ=="}') + ']}'), 10_000));
  await refuses(() => v.open({ type: 't', parse: () => 1 }, v.parseEnvelope(bytes(whole), 1000), '00'.repeat(32)), 'signature');
  await refuses(() => v.open({ type: 'other', parse: () => 1 }, v.parseEnvelope(bytes(whole), 1000), '00'.repeat(32)), 'kind');
});

test('times: one text per moment', async () => {
  assert.equal(v.writeTime(v.parseTime('2026-11-22T21:10:00.000Z')), '2026-11-22T21:10:00.000Z');
  for (const text of ['2026-02-30T00:00:00.000Z', '2026-11-22T21:10:00Z', '1969-12-31T23:59:59.999Z', '2026-11-22T24:00:00.000Z', ' 2026-11-22T21:10:00.000Z'])
    await refuses(() => v.parseTime(text), 'field');
});

test('bencode: one form, bounded', async () => {
  const whole = bytes('d1:ai1e1:bl3:abci-7eee');
  v.parseBencode(whole);
  await refusesEveryCut(whole, v.parseBencode);
  for (const text of ['i01e', 'i-0e', 'i+1e', 'ie', 'i1', '01:a', '5:abc', '-1:a', 'd1:b0:1:a0:e', 'd1:a0:1:a0:e', 'di1e0:e', 'x', 'i1ei2e', '99999999999999999999:a'])
    await refuses(() => v.parseBencode(bytes(text)), 'bencode');
  await refuses(() => v.parseBencode(bytes('l'.repeat(100_000))), 'bencode');
  await refuses(() => v.parseBencode(bytes('l'.repeat(66) + 'e'.repeat(66))), 'bencode');
});

test('torrent: lists that contradict themselves', async () => {
  const info = (tree) => bytes(`d4:infod9:file tree${tree}12:meta versioni2e4:name4:data12:piece lengthi16384eee`);
  const leaf = (length, root = '') => `d0:d6:lengthi${length}e${root}ee`;
  assert.equal(v.parseTorrent(info(`d1:a${leaf(0)}e`)).files[0].path, 'a');
  for (const tree of ['de', `d2:..${leaf(0)}e`, `d1:a${leaf(5)}e`, `d3:a/b${leaf(0)}e`, `d1:a${leaf(-1)}e`, leaf(0), 'd1:ai1ee'])
    await refuses(() => v.parseTorrent(info(tree)));
  assert.equal(v.parseTorrent(bytes('d4:infodee')), undefined); // version 1 only
});

test('OpenTimestamps: cut, deep, long', async () => {
  const digest = new Uint8Array(createHash('sha256').update('x').digest());
  const head = v.joined(v.fromHex('004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294'), Uint8Array.of(1, 8), digest);
  const attestation = v.joined(Uint8Array.of(0), v.fromHex('0588960d73d71901'), Uint8Array.of(2, 0x90, 0x4e));
  const whole = v.joined(head, Uint8Array.of(0xf0, 1, 65, 8), attestation);
  const proof = v.parseOts(whole, digest);
  assert.equal(proof.bitcoin[0].height, 10000n);
  assert.deepEqual(Buffer.from(proof.bitcoin[0].message), createHash('sha256').update(Buffer.concat([digest, Buffer.from('A')])).digest());
  await refusesEveryCut(whole, (cut) => v.parseOts(cut, digest));
  await refuses(() => v.parseOts(v.joined(whole, Uint8Array.of(0)), digest), 'ots');
  await refuses(() => v.parseOts(whole, new Uint8Array(32)), 'imprint');
  await refuses(() => v.parseOts(v.joined(head, new Uint8Array(300).fill(8), attestation), digest), 'ots');
  await refuses(() => v.parseOts(v.joined(head, new Uint8Array(300_000).fill(0xf3)), digest), 'ots');
  await refuses(() => v.parseOts(new Uint8Array((1 << 20) + 1), digest), 'too-large');
  const long = v.joined(head, Uint8Array.of(0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
  await refuses(() => v.parseOts(long, digest), 'ots');
  const unknown = v.parseOts(v.joined(head, Uint8Array.of(0x67), attestation), digest);
  assert.equal(unknown.bitcoin[0].message, undefined);
});

test('Bitcoin: headers that prove nothing', () => {
  const genesis = v.fromHex('0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c');
  const blocks = new v.Blocks({});
  blocks.give(0n, genesis);
  const root = genesis.slice(36, 68);
  assert.deepEqual(blocks.judge(0n, root), { state: 'proven', time: 1231006505000, pinned: false });
  assert.equal(blocks.judge(0n, new Uint8Array(32)).state, 'wrong-root');
  assert.equal(blocks.judge(1n, root).state, 'no-header');
  const pinned = new v.Blocks({ pins: [{ height: 0, hash: '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f' }] });
  pinned.give(0n, genesis);
  assert.equal(pinned.judge(0n, root).pinned, true);
  const other = new v.Blocks({ pins: [{ height: 0, hash: '00'.repeat(32) }] });
  other.give(0n, genesis);
  assert.equal(other.judge(0n, root).state, 'contradicted');
  const easy = genesis.slice();
  easy.set([0xff, 0xff, 0x7f, 0x20], 72);
  const lazy = new v.Blocks({});
  lazy.give(0n, easy);
  assert.equal(lazy.judge(0n, root).state, 'no-header');
});

test('notes and proofs of logs', async () => {
  const note = 'origin\n1\n' + v.toBase64(new Uint8Array(32)) + '\n\n\u2014 name QUJDREU=\n';
  assert.equal(v.parseNote(note).signatures[0].name, 'name');
  await refusesEveryCut(note, v.parseNote);
  for (const text of [note.replace('name', 'na me'), note.replace('name', 'na+me'), note + '\n', note.replace('QUJDREU=', 'QQ=='),
                      note.replace('origin', 'ori\tgin'), '\n\n' + '\u2014 name QUJDREU=\n'.repeat(101)])
    await refuses(() => v.parseNote(text), 'note');
  await refuses(() => v.parseNote('x'.repeat((1 << 20) + 1)), 'note');
  for (const text of ['a\n1\n', 'a\n01\nAAA=\n', 'a\n\n1\n', 'a\n9223372036854775808\n' + v.toBase64(new Uint8Array(32)) + '\n'])
    await refuses(() => v.parseCheckpoint(text), 'checkpoint');
  const proof = 'c2sp.org/tlog-proof@v1\nextra ' + v.toBase64(new Uint8Array(32)) + '\nindex 0\n\n' + note;
  assert.equal(v.parseProof(proof).index, 0n);
  await refusesEveryCut(proof, v.parseProof);
  await refuses(() => v.parseProof(proof.replace('index 0\n', 'index 0\n' + (v.toBase64(new Uint8Array(32)) + '\n').repeat(64))), 'proof');
  for (const key of ['', 'a+b', 'name+00000000+AQ==', 'na me+00000000+AQ==', '+00000000+AQ=='])
    await refuses(() => v.parseVerifierKey(key), 'vkey');
});

test('inclusion: trees of every size up to 40, and every step matters', async () => {
  const hash = (...parts) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest());
  const leaf = (i) => hash([0], [i]), node = (a, b) => hash([1], a, b);
  const root = (from, to) => {
    if (to - from === 1) return leaf(from);
    const split = 2 ** Math.floor(Math.log2(to - from - 1));
    return node(root(from, from + split), root(from + split, to));
  };
  const path = (index, from, to) => {
    if (to - from === 1) return [];
    const middle = from + 2 ** Math.floor(Math.log2(to - from - 1));
    return index < middle ? [...path(index, from, middle), root(middle, to)] : [...path(index, middle, to), root(from, middle)];
  };
  for (let size = 1; size <= 40; ++size) {
    const checkpoint = { size: BigInt(size), root: v.toHex(root(0, size)) };
    for (let index = 0; index < size; ++index) {
      const proof = { index: BigInt(index), path: path(index, 0, size) };
      v.checkInclusion(leaf(index), proof, checkpoint);
      await refuses(() => v.checkInclusion(leaf(index + 1), proof, checkpoint), 'inclusion');
      await refuses(() => v.checkInclusion(leaf(index), { ...proof, index: BigInt(size) }, checkpoint), 'inclusion');
      await refuses(() => v.checkInclusion(leaf(index), { ...proof, path: [...proof.path, leaf(0)] }, checkpoint), 'inclusion');
      if (size > 1) await refuses(() => v.checkInclusion(leaf(index), { ...proof, path: proof.path.slice(1) }, checkpoint), 'inclusion');
    }
  }
});

test('Bech32: vectors of BIP-173 and age', async () => {
  for (const text of ['A12UEL5L', 'a12uel5l', 'abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw']) v.decodeBech32(text);
  for (const text of ['', '1', 'a1', '10a06t8', '1qzzfhee', 'A12uEL5L', 'a12uel5m', 'x1b4n0q5v', 'li1dgmt3', '\u00e91abc', '1'.repeat(9000)])
    await refuses(() => v.decodeBech32(text), 'bech32');
  const identity = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';
  assert.equal(v.recipientsOf(`# a comment\r\n${identity}\r\n`)[0], 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj');
  for (const text of ['', '# nothing', identity.toLowerCase(), identity.slice(0, -1)]) await refuses(() => v.recipientsOf(text));
});

test('BagIt: paths never leave the bag', async () => {
  const digest = 'a'.repeat(64);
  for (const path of ['/etc/passwd', '../x', 'data/../../x', '~/x', 'C:/x', 'data//x', 'data\\x', './../x', 'data/.', ''])
    await refuses(() => v.parseManifest(`${digest}  ${path}\n`));
  await refuses(() => v.parseManifest(`${digest}  data/a\n${digest}  data/a\n`), 'duplicate');
  await refuses(() => v.parseManifest('abc  data/a\n'), 'manifest');
  const read = v.parseManifest(`${digest.toUpperCase()} *./data/%25a%0a\r\n\r\n`);
  assert.deepEqual([...read], [['data/%a\n', digest]]);
  await refuses(() => v.parseDeclaration('BagIt-Version: 1.0\n'), 'bagit-txt');
  await refuses(() => v.parseDeclaration('BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n'), 'bagit-txt');
  await refuses(() => v.parseBagInfo(' goes on\n'), 'bag-info');
  assert.equal(v.isOxum('12.3', 12, 3), true);
  assert.equal(v.isOxum('12.3x', 12, 3), false);
});

test('DER, certificates and tokens', async () => {
  for (const hex of ['', '30', '3080', '30840000', '3003020101ff', '30ff', '1f01', '308500000000000000', '0203'])
    await refuses(() => v.Der.parse(v.fromHex(hex), 'timestamp'));
  const deep = new Uint8Array(60_000).fill(0x30);
  await refuses(() => v.judgeToken(deep, new Uint8Array(32), { roots: [], kept: [], crls: [] }));
  await refuses(() => v.judgeToken(new Uint8Array(70_000), new Uint8Array(32), { roots: [], kept: [], crls: [] }), 'timestamp');
  await refuses(() => v.parseCertificate(v.fromHex('3000')), 'certificate');
  await refuses(() => v.parsePem('-----BEGIN CERTIFICATE-----\n'.repeat(50_000)), 'certificate');
  assert.equal(v.Der.parse(v.fromHex('060b2a864886f70d0109100104'), 'timestamp').oid, '1.2.840.113549.1.9.16.1.4');
});

test('statements', async () => {
  const part = (value) => v.toBase64(bytes(JSON.stringify(value)), 'url').replace(/=+$/, '');
  for (const text of ['', '~', 'a.b.c', 'a.b.c~', '...~', part({ alg: 'none' }) + '.e30.~', 'x'.repeat(9000) + '~'])
    await refuses(() => v.parseStatement(text));
  for (const text of ['', 'W10', part([1, 2, 3]), part(['s', '_sd', 1]), part(['s', 'a', { '...': 1 }]), part(['', 'a', 1]), part(['s', 'a'])])
    await refuses(() => v.parseDisclosure(text));
  await refuses(() => v.parseDisclosures(bytes('{"type":"exhibit-seal+sd-jwt","disclosures":[],"more":1}')), 'field');
});

test('long rows of one letter take no time and no stack', async () => {
  const start = Date.now();
  assert.equal(v.parseVouched(('ab'.repeat(32) + '\n').repeat(100_000)).length, 100_000);
  await refuses(() => v.parseManifest(' '.repeat(2_000_000) + 'x'), 'manifest');
  await refuses(() => v.fromBase64Any('='.repeat(300_000) + 'A'), 'encoding');
  await refuses(() => v.fromHex('0'.repeat(500_001)), 'encoding');
  assert.equal(v.isOxum('0'.repeat(1_000_000), 0, 0), false);
  await refuses(() => v.parseJson(bytes('"' + '\\'.repeat(500_001)), {}), 'json');
  await refuses(() => v.parsePem('-----BEGIN CERTIFICATE-----'.repeat(30_000)), 'certificate');
  assert.ok(Date.now() - start < 3000);
});

test('names that fool the eye or the disk', () => {
  assert.equal(v.safeFileName('../a:b\u202egpj.exe'), '_._a_b_gpj.exe');
  assert.equal(v.safeFileName(''), '_');
  assert.equal(v.safeFileName('a. .'), 'a___');
  assert.equal(v.safeFileName('what happened...'), 'what happened___');
  assert.equal(v.safeFileName('\u{f0001}\u{e0001}'), '\u{f0001}_');
  assert.equal(v.safeFileName('базар قال.txt'), 'базар قال.txt');
  assert.equal(v.printable('a\u202eb\n\\'), 'a\\u{202e}b\\n\\\\');
  for (const text of ['0', '0000', '1', '00001', '1000000', '0001x', '٠٠٠١']) assert.equal(v.parseNumber(text), undefined);
  assert.equal(v.parseNumber('0001'), 1);
});

test('times and places of cameras', async () => {
  for (const text of ['2020-10-12T08:41:07+06:00', '2020-10-12T08:41:07Z', '2020-10-12T08:41:07.071'])
    assert.equal(v.writeCivilTime(v.parseCivilTime(text)), text);
  for (const text of ['2020-13-12T08:41:07', '2020-10-12 08:41:07', '2020-10-12T08:41:07+24:00', '']) await refuses(() => v.parseCivilTime(text), 'statement');
  assert.deepEqual(v.parsePlace('+43.8201+087.6103+812.4/'), { latitude: 43.8201, longitude: 87.6103 });
  assert.equal(v.writeCell({ latitude: 43.8999, longitude: -7.61 }, 1), '+43.8-007.6/');
  for (const text of ['+91+000/', '+1+1/', '43.8+87.6/', '+43.8201', '+9961.0+00000.0/']) assert.equal(v.parsePlace(text), undefined);
});

test('digests of streams, however they are cut', async () => {
  const whole = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) & 255);
  const hash = (data) => createHash('sha256').update(data).digest();
  const rootOf = (data) => {
    let row = [];
    for (let at = 0; at < data.length; at += 16384) row.push(hash(data.subarray(at, at + 16384)));
    if (row.length === 0) return hash(data);
    while (row.length & (row.length - 1)) row.push(Buffer.alloc(32));
    while (row.length > 1) row = row.flatMap((one, i) => (i % 2 ? [] : [hash(Buffer.concat([one, row[i + 1]]))]));
    return row[0];
  };
  for (const size of [0, 1, 16383, 16384, 16385, 32768, 49153, 65536, 100_000]) {
    const data = whole.subarray(0, size);
    for (const step of [1021, 16384, 100_000]) {
      const pieces = (async function* () { for (let at = 0; at < size; at += step) yield data.subarray(at, at + step); })();
      const got = await v.streamDigest(pieces, { root: true });
      assert.deepEqual(got, { size, sha256: hash(data).toString('hex'), root: rootOf(data).toString('hex') });
    }
    assert.equal((await v.streamDigest(new Blob([data]), { root: false })).sha256, hash(data).toString('hex'));
  }
});

test('sentences: the same verdicts as those of the program', () => {
  const header = readFileSync(new URL('../../../src/prove/sentences.hpp', import.meta.url), 'utf8');
  const known = new Map([...header.matchAll(/\{"([a-z.-]+)", Verdict::([a-z_]+)\}/g)].map((one) => [one[1], one[2]]));
  assert.ok(known.size > 100);
  for (const [id, verdict] of Object.entries(v.sentences)) {
    if (/-here$/.test(id)) assert.equal(known.has(id), false); // ours alone
    else assert.equal(verdict, known.get(id), id);
  }
});

test('a release that is nothing, or lies about everything, ends with a report', async () => {
  const options = { digest: async () => { throw new Error('the disk is gone'); }, now: new Date() };
  const empty = await v.verifyRelease({ files: [], complete: true }, options);
  assert.equal(empty.holds, false);
  const file = (path, text, more = {}) => ({ path, size: text.length, read: async () => bytes(text), ...more });
  const gone = (path) => ({ path, size: 5, read: async () => { throw new Error('gone'); } });
  const report = await v.verifyRelease({ files: [gone('data/policy.json'), gone('data/0001.sd-jwt'), gone('manifest-sha256.txt'), gone('bagit.txt'),
                                                 gone('data/0001/a.jpg'), gone('proofs/subject.json')], complete: true }, options);
  assert.equal(report.holds, false);
  // A disk that fails is no tampering.
  assert.deepEqual(report.findings.filter((one) => one.verdict === 'fails'), []);
  const odd = await v.verifyRelease({ files: [file('__proto__', 'x'), file('data/0001.sd-jwt', 'x'), file('data/__proto__', 'x'),
                                              file('data/9999999.age', ''), { path: 'data/0002/x', size: 0, odd: true, read: async () => bytes('') },
                                              file('data/policy.json', '['.repeat(100_000)), file('bagit.txt', '\u0000')], complete: false },
                                    { digest: async (one) => ({ size: one.size, sha256: '00'.repeat(32) }), now: new Date() });
  assert.equal(odd.findings.some((one) => one.id === 'check.stopped-here'), false);
  assert.equal(odd.holds, false);
  const broken = await v.verifyRelease(null, options);
  assert.equal(broken.findings[0].id, 'check.stopped-here');
  assert.equal(broken.holds, false);
});

for (const { name, work } of tests) {
  ++count;
  try {
    await work();
  } catch (error) {
    ++failed;
    console.log(`${name}: ${error.stack ?? error}`);
  }
}
console.log(`${count - failed} of ${count} hold`);
process.exit(failed === 0 ? 0 : 1);
