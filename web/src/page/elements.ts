// Elements, made without markup.
import { put, type Values } from './words';

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, style = '', ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (style) element.className = style;
  element.append(...children);
  return element;
}

export function text<K extends keyof HTMLElementTagNameMap>(
  tag: K, key: string, values: Values = {}, style = ''): HTMLElementTagNameMap[K] {
  const element = make(tag, style);
  put(element, key, values);
  return element;
}

export function button(key: string, style: string, pressed: () => void): HTMLButtonElement {
  const element = text('button', key, {}, style);
  element.type = 'button';
  element.addEventListener('click', pressed);
  return element;
}

// A place to drop things on, with a button for those who cannot drop.
export function dropZone(key: string, chooseKey: string, folders: boolean,
                         dropped: (items: DataTransferItemList) => void,
                         chosen: (files: FileList) => void): HTMLElement {
  const input = make('input', 'hidden-input');
  input.type = 'file';
  input.tabIndex = -1;
  input.setAttribute('aria-hidden', 'true');
  if (folders) input.webkitdirectory = true;
  input.addEventListener('change', () => {
    if (input.files?.length) chosen(input.files);
    input.value = '';
  });
  const zone = make('div', 'drop', text('p', key), button(chooseKey, 'main', () => input.click()), input);
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    if (event.dataTransfer) dropped(event.dataTransfer.items);
  });
  return zone;
}

export function save(name: string, blob: Blob): void {
  const link = make('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
