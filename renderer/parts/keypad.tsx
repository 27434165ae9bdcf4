import { useScreen } from '../bridge/screen-context.ts';
import { useText } from '../text/use-text.ts';
import { Icon } from './icon.tsx';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** 3×4; clear left of 0, backspace right; never saffron. The typed value is the screen's own. */
export function Keypad({ onDigit, onClear, onBackspace, off = false }: { readonly onDigit: (digit: string) => void; readonly onClear: () => void; readonly onBackspace: () => void; readonly off?: boolean }) {
  const { send } = useScreen();
  const text = useText();
  const press = (act: () => void) => () => {
    if (off) return;
    act();
    send({ kind: 'activity' });
  };
  return (
    <div className="keypad" role="group" aria-label={text('key.pad')}>
      {DIGITS.map((digit) => (
        <button key={digit} type="button" data-key={digit} onClick={press(() => onDigit(digit))}>{digit}</button>
      ))}
      <button type="button" className="edit" data-key="clear" onClick={press(onClear)}>{text('key.clear')}</button>
      <button type="button" data-key="0" onClick={press(() => onDigit('0'))}>0</button>
      <button type="button" className="edit" data-key="backspace" aria-label={text('key.backspace')} onClick={press(onBackspace)}><Icon name="backspace" /></button>
    </div>
  );
}
