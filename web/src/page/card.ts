// A picture to share: the case, its exhibits, their checksums. Drawn here, so that nothing is asked
// of anybody, and without a link that could count its readers.
import { button, make, save, text } from './elements';
import type { PageData } from './checker';
import { language, say } from './words';

const width = 1200;
const height = 630;

function draw(canvas: HTMLCanvasElement, data: PageData): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const rtl = document.documentElement.dir === 'rtl';
  const edge = rtl ? width - 70 : 70;
  const line = (words: string, y: number, font: string, colour: string, latin = false) => {
    pen.font = font;
    pen.fillStyle = colour;
    pen.direction = latin || !rtl ? 'ltr' : 'rtl';
    pen.textAlign = rtl ? 'right' : 'left';
    pen.fillText(words, edge, y, width - 140);
  };
  pen.fillStyle = '#fbfaf7';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = '#0b4f6c';
  pen.fillRect(0, 0, width, 18);
  const title = document.querySelector('h1')?.textContent ?? '';
  line(title, 120, '700 46px Georgia, "Noto Serif", serif', '#1a1c1e');
  line(say('take.card-line'), 180, '30px system-ui, sans-serif', '#55595e');
  const shown = data.exhibits.filter((one) => one.sha256).slice(0, 4);
  shown.forEach((one, i) => {
    const y = 260 + i * 85;
    line(say('exhibit', { number: one.number }), y, '600 26px system-ui, sans-serif', '#1a1c1e');
    line(`SHA-256 ${one.sha256}`, y + 34, '22px ui-monospace, "DejaVu Sans Mono", monospace', '#0b4f6c', true);
  });
  if (data.exhibits.length > shown.length)
    line(`+ ${data.exhibits.length - shown.length}`, 260 + shown.length * 85, '26px system-ui, sans-serif', '#55595e');
}

export function showCard(data: PageData, box: HTMLElement): void {
  const canvas = make('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.setAttribute('role', 'img');
  const redraw = () => {
    canvas.setAttribute('aria-label', say('take.card'));
    draw(canvas, data);
  };
  document.addEventListener('language', redraw);
  redraw();
  box.append(text('h3', 'take.card'), text('p', 'take.card-intro'), canvas, button('take.card-save', '', () =>
    canvas.toBlob((picture) => picture && save(`exhibit-${data.case}-${language()}.png`, picture))));
}
