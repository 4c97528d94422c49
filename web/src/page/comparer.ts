// "Is this that footage?": any file, wherever it was found, against the digests that were sealed.
import { Digests } from './digests';
import { dropZone, make, text } from './elements';
import { CredentialsReader, type Credentials } from './credentials';
import type { PageData } from './checker';
import { ofServer, type ReachedFolder } from './folder_source';
import { bytes, put } from './words';

export class Comparer {
  private readonly result = make('div', 'result');

  constructor(private readonly data: PageData, box: HTMLElement, private readonly folder: () => ReachedFolder | null) {
    this.result.setAttribute('aria-live', 'polite');
    box.append(dropZone('same.drop', 'same.choose', false, (items) => {
      const file = [...items].map((item) => item.getAsFile()).find((one) => one !== null);
      if (file) void this.compare(file);
    }, (files) => void this.compare(files[0])), this.result);
  }

  private async compare(file: File): Promise<void> {
    const told = text('p', 'check.progress', { done: bytes(0), total: bytes(file.size) });
    const bar = make('progress');
    bar.max = Math.max(1, file.size);
    bar.setAttribute('aria-label', file.name);
    this.result.replaceChildren(told, bar);
    const digests = new Digests(1);
    try {
      const found = await digests.of({ blob: file }, false, (read) => {
        bar.value = read;
        put(told, 'check.progress', { done: bytes(read), total: bytes(file.size) });
      });
      await this.answer(file, found.sha256);
    } catch (error) {
      this.result.replaceChildren(text('p', 'check.broke', { why: String((error as Error).message) }, 'caution'));
    } finally {
      digests.close();
    }
  }

  // Of the file's own manifest, where the reader for it can be had: on a server, or in the folder
  // that was given to be checked.
  private async credentials(file: File): Promise<Credentials | null> {
    const folder = this.folder() ?? (location.protocol === 'file:' ? null : await ofServer().catch(() => null));
    const reader = folder && await CredentialsReader.of(folder);
    if (!reader) return null;
    try {
      return await reader.read(file.name, file);
    } finally {
      reader.close();
    }
  }

  private async answer(file: File, sha256: string): Promise<void> {
    const same = this.data.exhibits.find((one) => one.sha256 === sha256);
    const said = await this.credentials(file);
    const origin = this.data.exhibits.find((one) => one.sha256 && said?.state === 'intact' && said.sha256s.includes(one.sha256));
    const sum = make('code', '', sha256);
    sum.dir = 'ltr';
    if (same)
      this.result.replaceChildren(text('p', 'same.identical', { file: file.name, number: same.number }, 'verdict holds'));
    else if (origin)
      this.result.replaceChildren(text('p', 'same.derivative', { file: file.name, number: origin.number }, 'verdict open'));
    else
      this.result.replaceChildren(text('p', 'same.not', { file: file.name }, 'verdict open'), text('p', 'same.not-means'));
    if (said) {
      const key = { none: 'none', intact: 'valid', ended: 'valid', broken: 'invalid', unread: 'unread' }[said.state];
      this.result.append(text('p', `credentials.${key}`, { file: file.name, signer: said.signer, why: said.why }));
    } else {
      this.result.append(text('p', 'credentials.no-reader'));
    }
    this.result.append(make('p', '', make('small', '', 'SHA-256 ', sum)));
  }
}
