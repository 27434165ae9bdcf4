import type { Language } from '../../main/contracts/languages.ts';
import { useScreen } from '../bridge/screen-context.ts';
import { useText } from '../text/use-text.ts';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';

/** In the order of the contract, whose file would bring its schema library into the first chunk. */
const LANGUAGES = ['kk', 'ru', 'en'] as const satisfies readonly Language[];
const SHORT = { kk: 'Қаз', ru: 'Рус', en: 'Eng' } as const;
const NAMES = { kk: 'Қазақша', ru: 'Русский', en: 'English' } as const;

/** The same on every customer screen: who we are, which terminal, help, languages. */
export function Header() {
  const { frame, send } = useScreen();
  const text = useText();
  return (
    <header className="header">
      <div className="brand">
        <Mark />
        <div>
          <b>Qolma</b>
          <span className="t-micro soft">{text('brand.terminal', { number: frame.terminal.number })}</span>
        </div>
      </div>
      <div className="header-right">
        <div className="pill">
          <Icon name="headset" />
          {text('brand.help', { number: frame.terminal.helpNumber })}
        </div>
        <div className="pill languages" role="group" aria-label={text('header.languages')}>
          {LANGUAGES.map((language) => (
            <button key={language} type="button" lang={language} aria-label={NAMES[language]} aria-pressed={frame.language === language} data-intent="language" data-value={language} onClick={() => send({ kind: 'language', language })}>
              {SHORT[language]}
            </button>
          ))}
        </div>
      </div>
    </header>
  );
}
