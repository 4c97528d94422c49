// Reads files with the reference's two programs. Standard input: {"anchors": PEM, "files": [{"file": PATH,
// "sidecar": PATH or ""}]}. Standard output: one {"node": REPORT or {"error": TEXT}, "wasm": …} a file.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(pathToFileURL(process.cwd() + '/package.json'));
const native = require('@contentauth/c2pa-node/dist/index.node');
const wasm = await import(pathToFileURL(require.resolve('@contentauth/c2pa-wasm')));
wasm.initSync({module: readFileSync(require.resolve('@contentauth/c2pa-wasm/c2pa.wasm'))});

const types = {
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    m4a: 'audio/mp4',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    wav: 'audio/wav',
    heic: 'image/heic',
    txt: 'text/plain',
    c2pa: 'application/c2pa',
    pdf: 'application/pdf',
    ttf: 'font/ttf',
    mkv: 'video/x-matroska',
};
const {anchors, files} = JSON.parse(readFileSync(0, 'utf8'));
const settings = JSON.stringify({
    ...(anchors ? {trust: {trust_anchors: anchors}} : {}),
    verify: {verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false},
});
const tell = async (read) => {
    try {
        return JSON.parse(await read());
    } catch (problem) { return {error: String(problem?.message ?? problem)}; }
};
const out = [];
for (const {file, sidecar} of files) {
    const mimeType =
        types[file.slice(file.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
    const node = await tell(async () => {
        const asset = {path: file, mimeType};
        const reader = sidecar ?
            await native.readerFromManifestDataAndAsset(readFileSync(sidecar), asset, settings) :
            await native.readerFromAsset(asset, settings);
        if (!reader) throw new Error('JumbfNotFound');
        return native.readerJson.call(reader);
    });
    // c2pa-wasm has no way to be given both: it reads the store by itself, and all but the hash of
    // the file is judged.
    const [type, bytes] =
        sidecar ? ['application/c2pa', readFileSync(sidecar)] : [mimeType, readFileSync(file)];
    const byWasm =
        await tell(async () => (await wasm.WasmReader.fromBytes(type, bytes, settings)).json());
    out.push({node, wasm: byWasm});
}
process.stdout.write(JSON.stringify(out));
