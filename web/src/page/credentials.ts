// What files say of themselves: their content credentials, read by other people's code. It is large
// (three megabytes), so it lies beside the page in two files, and runs only if they are, byte for
// byte, those that this page was built with.
import { files as readerFiles } from 'exhibit:credentials-reader';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';
import type { Finding } from '../verify/index';
import { printable } from '../verify/printable';
import type { ReachedFolder } from './folder_source';

const types: Record<string, string> = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', avif: 'image/avif', heic: 'image/heic',
  gif: 'image/gif', mp4: 'video/mp4', m4v: 'video/mp4', mov: 'video/quicktime', m4a: 'audio/mp4', wav: 'audio/wav', mp3: 'audio/mpeg',
};

export interface Credentials {
  state: 'none' | 'intact' | 'ended' | 'broken' | 'unread';
  signer: string;
  why: string;
  sha256s: string[]; // digests that the manifests name, of originals they were made from
}

interface Report {
  active_manifest?: string;
  manifests?: Record<string, { signature_info?: { issuer?: string; common_name?: string } }>;
  validation_state?: string;
  validation_status?: { code: string; explanation?: string }[];
}

function typeOf(name: string): string | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.prototype.hasOwnProperty.call(types, ending) ? types[ending] : undefined;
}

// That nobody vouches for the signer is no fault of the file. The same as in src/prove.
const aboutSigner = (code: string) => ['signingCredential.untrusted', 'timeStamp.untrusted', 'claimSignature.outsideValidity',
  'signingCredential.invalid', 'signingCredential.ocsp.revoked'].includes(code);

function judged(text: string): Credentials {
  const report = JSON.parse(text) as Report;
  const active = report.manifests?.[report.active_manifest ?? ''];
  const signer = active?.signature_info?.common_name ?? active?.signature_info?.issuer ?? '?';
  const status = report.validation_status ?? [];
  const worst = status.find((one) => !aboutSigner(one.code));
  const sha256s = [...new Set(text.match(/\b[0-9a-f]{64}\b/g) ?? [])];
  // "Invalid" without a reason is no less invalid.
  const invalid = report.validation_state !== 'Valid' && report.validation_state !== 'Trusted';
  const state = !invalid ? 'intact' : worst || status.length === 0 ? 'broken' : 'ended';
  return { state, signer, why: worst?.code ?? report.validation_state ?? '?', sha256s };
}

const noManifest = /JumbfNotFound|InvalidAsset|no JUMBF|not find|unsupported|no manifest/i;

export class CredentialsReader {
  private readonly worker: Worker;
  private next = 0;
  private sent = false;

  private constructor(script: Uint8Array, private readonly wasm: Uint8Array) {
    const url = URL.createObjectURL(new Blob([script as BlobPart], { type: 'text/javascript' }));
    this.worker = new Worker(url);
    URL.revokeObjectURL(url);
  }

  // None when it does not lie there, or is another than it should be.
  static async of(folder: ReachedFolder): Promise<CredentialsReader | null> {
    const parts: Uint8Array[] = [];
    for (const wanted of readerFiles) {
      const bytes = await folder.files.find((one) => one.path === wanted.path)?.read();
      if (!bytes || bytesToHex(sha256(bytes)) !== wanted.sha256) return null;
      parts.push(bytes);
    }
    return new CredentialsReader(parts[0], parts[1]);
  }

  async read(name: string, blob: Blob): Promise<Credentials> {
    const type = typeOf(name);
    const nothing = { signer: '', why: '', sha256s: [] };
    if (!type) return { state: 'none', ...nothing };
    const id = ++this.next;
    const answer = await new Promise<{ report?: string; error?: string }>((resolve) => {
      const heard = ({ data }: MessageEvent) => {
        if (data.id !== id) return;
        this.worker.removeEventListener('message', heard);
        resolve(data);
      };
      this.worker.addEventListener('message', heard);
      this.worker.onerror = (event) => resolve({ error: event.message || 'the reader failed' });
      this.worker.postMessage({ id, type, blob, reader: this.sent ? undefined : this.wasm });
      this.sent = true;
    });
    if (answer.report) return judged(answer.report);
    const why = answer.error ?? '';
    return { state: noManifest.test(why) ? 'none' : 'unread', ...nothing, why };
  }

  close(): void {
    this.worker.terminate();
  }
}

// The same names as those of the program's report. None: the reader could not be had.
export async function provenanceFindings(folder: ReachedFolder): Promise<Finding[] | null> {
  const reader = await CredentialsReader.of(folder);
  const originals = folder.files.filter((one) => /^data\/\d{4,6}\/[^/]+$/.test(one.path) && typeOf(one.path));
  if (!reader) return null;
  const findings: Finding[] = [];
  for (const one of originals) {
    const [, number, name] = one.path.split('/');
    const blob = one.file ?? (one.url ? await (await fetch(one.url, { credentials: 'omit' })).blob() : null);
    if (!blob) continue;
    const found = await reader.read(name, blob);
    if (found.state === 'none') continue;
    const { id, verdict } = {
      intact: { id: 'provenance.intact', verdict: 'holds' as const },
      ended: { id: 'provenance.ended', verdict: 'note' as const },
      broken: { id: 'provenance.broken', verdict: 'fails' as const },
      unread: { id: 'provenance.unreadable', verdict: 'not_checked' as const },
    }[found.state];
    findings.push({ subject: `${number} ${printable(name)}`, id, verdict, evidence: [one.path],
                    values: { file: printable(one.path), signer: found.signer, why: found.why } });
  }
  reader.close();
  return findings;
}
