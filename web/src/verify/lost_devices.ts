// Devices that the witness reported as lost: whoever has one can seal more in its name.
import { Revocation, revocationKind } from './documents';
import { documentBytesMax, open, parseEnvelope } from './dsse';
import { writeTime } from './fields';
import type { Findings } from './findings';
import { whyOf } from './findings';
import type { FolderReader } from './folder';
import type { Policy } from './policy';
import { printable } from './printable';
import { Refused } from './reasons';

export async function readLostDevices(
  folder: FolderReader, policy: Policy, to: Findings,
): Promise<Revocation[]> {
  const out: Revocation[] = [];
  for (const { path } of folder.below('revocations/')) {
    if (path.endsWith('.device-lost.json')) continue;
    try {
      const envelope = parseEnvelope(await folder.bytes(path, documentBytesMax), documentBytesMax);
      const { value } = await open(revocationKind, envelope, policy.witness);
      if (value.caseId !== policy.caseId) throw new Refused('case');
      out.push(value);
    } catch (error) {
      to.say('lost-device.bad', { evidence: [path], values: { file: printable(path), ...whyOf(error) } });
    }
  }
  return out;
}

// What guardians held before was sealed before; nothing else shows that.
export function judgeLostDevice(
  to: Findings, lost: Revocation[], device: string, heldSince: number | undefined,
): void {
  const times = lost.filter((one) => one.device === device).map((one) => one.from);
  if (times.length === 0) return;
  const from = Math.min(...times);
  const evidence = ['revocations/', 'receipts/'];
  if (heldSince !== undefined && heldSince < from)
    to.say('lost-device.before', {
      evidence, values: { lost_from: writeTime(from), held: writeTime(heldSince) },
    });
  else to.say('lost-device.after', { evidence, values: { lost_from: writeTime(from) } });
}
