// The release page comes to life: the reader's language, the check, the comparison, the card.
import { Checker, type PageData } from './checker';
import { Comparer } from './comparer';
import { showCard } from './card';
import { make } from './elements';
import { language, languages, preferred, say, translate } from './words';

function languageChoice(): HTMLElement {
  const choice = make('select');
  for (const { code, name } of languages()) {
    const option = make('option', '', name);
    option.value = code;
    option.lang = code;
    choice.append(option);
  }
  const named = () => {
    choice.value = language();
    choice.setAttribute('aria-label', say('language.label'));
  };
  choice.addEventListener('change', () => translate(choice.value));
  document.addEventListener('language', named);
  named();
  return choice;
}

function start(): void {
  const data = JSON.parse(document.getElementById('release')?.textContent ?? '{}') as PageData;
  const at = (id: string) => document.getElementById(id) ?? make('div');
  at('languages').append(languageChoice());
  const checker = new Checker(data, at('checker'));
  new Comparer(data, at('comparer'), () => checker.folder);
  showCard(data, at('card'));
  translate(preferred());
  document.documentElement.classList.add('alive');
}

start();
