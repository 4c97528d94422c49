// ASN.1 in DER (X.690 §10): definite lengths, read only as far as somebody asks. No recursion, so
// nothing can be nested too deeply. A general reader of ASN.1 would be a quarter of the page.
import { Bytes, toHex } from './encoding';
import { Reason, Refused } from './reasons';

const classes = ['universal', 'application', 'context', 'private'];

export class Der {
  private constructor(
    readonly tag: string, // 'universal 16', 'context 0' …
    readonly raw: Bytes,
    private readonly body: Bytes,
    private readonly isConstructed: boolean,
    private readonly refusal: Reason,
  ) {}

  private static at(bytes: Bytes, at: number, refusal: Reason): Der {
    const first = bytes[at], length = bytes[at + 1];
    // Tags above 30 are no part of what is read here, nor are indefinite lengths.
    if (first === undefined || length === undefined || (first & 31) === 31 || length === 0x80)
      throw new Refused(refusal);
    let size = length, start = at + 2;
    if (length > 0x80) {
      const more = length & 0x7f;
      if (more > 4) throw new Refused(refusal);
      size = 0;
      for (let i = 0; i < more; ++i) size = size * 256 + (bytes[start++] ?? 0);
    }
    if (start + size > bytes.length) throw new Refused(refusal);
    return new Der(`${classes[first >> 6]} ${first & 31}`, bytes.subarray(at, start + size),
                   bytes.subarray(start, start + size), (first & 32) !== 0, refusal);
  }

  static parse(bytes: Bytes, refusal: Reason): Der {
    // Written in BER from the start: the program takes it and this does not. That is said, and
    // speaks against nobody.
    if (bytes[0] === 0x30 && bytes[1] === 0x80) throw new Refused('algorithm');
    const out = Der.at(bytes, 0, refusal);
    if (out.raw.length !== bytes.length) throw new Refused(refusal);
    return out;
  }

  private refuse(): never {
    throw new Refused(this.refusal);
  }
  private expect(tag: string): this {
    return this.tag === tag ? this : this.refuse();
  }
  is(tag: string): boolean {
    return this.tag === tag;
  }
  get children(): Der[] {
    if (!this.isConstructed) this.refuse();
    const out: Der[] = [];
    for (let at = 0; at < this.body.length;) {
      const one = Der.at(this.body, at, this.refusal);
      out.push(one);
      at += one.raw.length;
    }
    return out;
  }
  child(index: number, tag?: string): Der {
    const found = this.children[index] ?? this.refuse();
    return tag === undefined ? found : found.expect(tag);
  }
  find(tag: string): Der | undefined {
    return this.children.find((one) => one.is(tag));
  }
  sequence(): Der[] {
    return this.expect('universal 16').children;
  }
  get content(): Bytes {
    return this.isConstructed ? this.refuse() : this.body;
  }
  get octets(): Bytes {
    return this.expect('universal 4').content;
  }
  // A bit string of whole bytes.
  get bits(): Bytes {
    const content = this.expect('universal 3').content;
    return content[0] === 0 ? content.subarray(1) : this.refuse();
  }
  get boolean(): boolean {
    return this.is('universal 1') && this.body[0] !== 0;
  }
  get integerHex(): string {
    return toHex(this.expect('universal 2').body);
  }
  get oid(): string {
    const numbers: number[] = [];
    let value = 0;
    for (const byte of this.expect('universal 6').body) {
      value = value * 128 + (byte & 0x7f);
      if ((byte & 0x80) !== 0) continue;
      numbers.push(value);
      value = 0;
    }
    const first = numbers.shift() ?? this.refuse();
    const arc = Math.min(Math.floor(first / 40), 2);
    return [arc, first - 40 * arc, ...numbers].join('.');
  }
  // UTF-8 or one of its subsets; names in other alphabets are shown as far as they can be.
  get text(): string {
    return new TextDecoder(this.is('universal 30') ? 'utf-16be' : 'utf-8').decode(this.body);
  }
  // UTCTime or GeneralizedTime, in whole seconds, UTC only.
  get time(): number {
    const short = this.is('universal 23');
    if (!short) this.expect('universal 24');
    const parts = /^(\d{2,4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(this.text);
    if (!parts || parts[1]!.length !== (short ? 2 : 4)) return this.refuse();
    const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, ...number[]];
    const century = !short ? 0 : year < 50 ? 2000 : 1900; // RFC 5280 §4.1.2.5.1
    const ms = Date.UTC(century + year, month! - 1, day, hour, minute, second);
    return new Date(ms).getUTCMonth() === month! - 1 ? ms : this.refuse();
  }
}
