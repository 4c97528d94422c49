// One operation of c2pa-node, for bench/provenance.sh: sign IN OUT, or read IN. Keys and anchor lie in the
// folder it runs in.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [what, file, out] = process.argv.slice(2);
const require = createRequire(process.env.EXHIBIT_ROOT + '/package.json');
const {Builder, LocalSigner, Reader} = await import(pathToFileURL(require.resolve('@contentauth/c2pa-node')));
const settings = JSON.stringify({
    trust: {trust_anchors: readFileSync('ca.pem', 'utf8')},
    // As fast as it goes: no picture is made, and what was written is not read again.
    verify: {verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false, verify_after_sign: false},
    builder: {thumbnail: {enabled: false}},
});
if (what === 'sign') {
    const created = {
        action: 'c2pa.created',
        digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture',
    };
    const builder = Builder.withJson({
        claim_generator_info: [{name: 'bench', version: '1'}],
        title: 'bench',
        format: 'video/mp4',
        assertions: [{label: 'c2pa.actions.v2', data: {actions: [created]}}],
    }, settings);
    const signer = LocalSigner.newSigner(readFileSync('leaf.pem'), readFileSync('leaf.key'), 'es256');
    builder.sign(signer, {path: file, mimeType: 'video/mp4'}, {path: out});
} else {
    const reader = await Reader.fromAsset({path: file, mimeType: 'video/mp4'}, settings);
    console.log(reader.json().validation_state);
}
