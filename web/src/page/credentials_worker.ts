// Reads the content credentials (C2PA manifest) of one file with the reference's own reader,
// compiled to wasm by its makers. A blob is read where it is needed, never as a whole.
import { initSync, WasmReader } from '@contentauth/c2pa-wasm';

interface Order {
  id: number;
  reader?: Uint8Array; // the wasm, packed by gzip: with the first order
  type: string;
  blob: Blob;
}

// Nothing is fetched, whatever a manifest asks for; who is to be trusted is the reader's to say.
const settings = JSON.stringify({ verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false } });

async function unpacked(packed: Uint8Array): Promise<ArrayBuffer> {
  const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

let ready = false;

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  const { id, reader, type, blob } = data;
  try {
    if (!ready && reader) {
      initSync({ module: new WebAssembly.Module(await unpacked(reader)) });
      ready = true;
    }
    const found = await WasmReader.fromBlob(type, blob, settings);
    try {
      self.postMessage({ id, report: found.json() });
    } finally {
      found.free();
    }
  } catch (error) {
    self.postMessage({ id, error: String((error as Error)?.message ?? error) });
  }
};
