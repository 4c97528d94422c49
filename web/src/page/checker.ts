// "Check it here": takes the folder, has it verified, and shows every answer beside what it is about.
import { verifyRelease, type Finding, type Report } from '../verify/index';
import { provenanceFindings } from './credentials';
import { Digests } from './digests';
import { answers } from './answers';
import { button, dropZone, make, save, text } from './elements';
import { ofDrop, ofFileList, ofServer, type ReachedFile, type ReachedFolder } from './folder_source';
import { bytes, put } from './words';

export interface PageData {
  case: string;
  exhibits: { number: string; name: string; sha256?: string; size: number }[];
}

const page = document;

function state(kind: '' | 'holds' | 'fails' | 'open', key?: string): void {
  const line = page.getElementById('state');
  if (!line) return;
  line.className = kind;
  if (key) put(line, key);
}

// What is asked for and could not be read weighs as much as what fails, but is no accusation.
function kindOf(report: Report): 'holds' | 'fails' | 'open' {
  if (report.holds) return 'holds';
  return report.findings.some((one) => one.verdict === 'fails') ? 'fails' : 'open';
}

export class Checker {
  private readonly result = make('div', 'result');
  private running: Digests | null = null;
  private authorities: string[] = []; // roots, PEM
  report: Report | null = null;
  folder: ReachedFolder | null = null; // the last that was given, for others on the page

  constructor(private readonly data: PageData, box: HTMLElement) {
    const disk = location.protocol === 'file:';
    if (disk) box.append(text('p', 'check.disk'));
    else box.append(make('p', '', button('check.now', 'main', () => void this.run(ofServer()))), text('p', 'check.server'));
    box.append(dropZone('check.drop', 'check.choose', true, (items) => void this.run(ofDrop(items)),
                        (files) => void this.run(Promise.resolve(ofFileList(files)))));
    this.result.setAttribute('aria-live', 'polite');
    box.append(this.trust(), this.result);
    state('', 'state.unchecked');
  }

  // Whose time stamps count is the reader's to say, not the page's.
  private trust(): HTMLElement {
    const input = make('input');
    input.type = 'file';
    input.accept = '.pem,.crt';
    input.multiple = true;
    input.id = 'trusted-authorities';
    const label = text('label', 'check.trust-choose');
    label.htmlFor = input.id;
    const told = make('p');
    input.addEventListener('change', () => void (async () => {
      const small = [...(input.files ?? [])].filter((one) => one.size <= 1 << 20);
      this.authorities = await Promise.all(small.map((one) => one.text()));
      put(told, 'check.trust-given', { files: small.map((one) => one.name).join(', ') });
      if (this.folder) void this.run(Promise.resolve(this.folder));
    })());
    return make('details', '', text('summary', 'check.trust'), text('p', 'check.trust-intro'), label, input, told);
  }

  async run(reached: Promise<ReachedFolder>): Promise<void> {
    this.running?.close();
    const digests = (this.running = new Digests());
    this.clear();
    state('', 'state.running');
    const bar = make('progress');
    const told = text('p', 'check.progress', { done: '', total: '' });
    this.result.append(told, bar, button('check.stop', '', () => this.stop()));
    bar.setAttribute('aria-label', told.textContent ?? '');
    try {
      const folder = await reached;
      if (!folder.files.some((one) => one.path.startsWith('data/'))) {
        this.result.replaceChildren(text('p', 'check.no-release', {}, 'caution'));
        return state('', 'state.unchecked');
      }
      const total = folder.files.filter((one) => one.path.startsWith('data/')).reduce((sum, one) => sum + one.size, 0);
      const read = new Map<string, number>();
      const show = (path: string, count: number) => {
        read.set(path, count);
        const done = [...read.values()].reduce((sum, one) => sum + one, 0);
        bar.max = Math.max(1, total);
        bar.value = Math.min(done, total);
        put(told, 'check.progress', { done: bytes(done), total: bytes(Math.max(total, done)) });
      };
      const report = await verifyRelease(folder, {
        now: new Date(),
        trust: { authorities: this.authorities },
        // Roots of originals too: the torrent names them.
        digest: async (file: ReachedFile) => {
          const result = await digests.of({ blob: file.file, url: file.url }, true, (count) => show(file.path, count));
          show(file.path, result.size);
          return result;
        },
      });
      if (this.running !== digests) return; // stopped, or begun anew
      // What a file says of itself fails as loudly as what was sealed.
      const provenance = await provenanceFindings(folder);
      if (provenance) {
        report.findings = report.findings.filter((one) => one.id !== 'provenance.not-checked-here').concat(provenance);
        report.holds &&= provenance.every((one) => one.verdict === 'holds' || one.verdict === 'note');
      }
      if (this.running !== digests) return;
      this.folder = folder;
      this.show(report, folder);
    } catch (error) {
      if (this.running !== digests) return;
      this.result.replaceChildren(text('p', 'check.broke', { why: String((error as Error).message) }, 'caution'));
      state('open', 'state.open');
    } finally {
      digests.close();
    }
  }

  private stop(): void {
    this.running?.close();
    this.running = null;
    this.clear();
    state('', 'state.unchecked');
  }

  private clear(): void {
    this.report = null;
    this.result.replaceChildren();
    for (const box of page.querySelectorAll('.answers')) box.replaceChildren();
  }

  private show(report: Report, folder: ReachedFolder): void {
    this.report = report;
    const kind = kindOf(report);
    state(kind, `state.${kind}`);
    const count = (verdict: string) => report.findings.filter((one) => one.verdict === verdict).length;
    this.result.replaceChildren(
      text('p', `state.${kind}`, {}, `verdict ${kind}`),
      text('p', 'check.summary', { holds: count('holds'), fails: count('fails'), open: count('not_checked') }));
    const named = report.findings.find((one) => one.id === 'policy.signed')?.values.case;
    if (typeof named === 'string' && named !== this.data.case)
      this.result.append(text('p', 'check.other-case', { case: named }, 'caution'));
    if (!folder.complete) this.result.append(text('p', 'check.server'));
    this.result.append(text('h3', 'check.whole'), answers(report.findings.filter((one) => one.subject === '')));
    const rest = new Map<string, Finding[]>();
    for (const one of report.findings) {
      if (one.subject) rest.set(one.subject, [...(rest.get(one.subject) ?? []), one]);
    }
    for (const [subject, findings] of rest) {
      // Beside the exhibit that the page shows; what the page does not know stands here.
      const own = named === this.data.case ? page.querySelector(`[data-number="${CSS.escape(subject.split(' ')[0])}"] .answers`) : null;
      const heading = make('h3', '', make('bdi', '', subject));
      (own ?? this.result).append(heading, answers(findings));
    }
    this.result.append(button('check.save', '', () =>
      save(`exhibit-${this.data.case}-report.json`, new Blob([JSON.stringify(report, null, 1)], { type: 'application/json' }))));
  }
}
