import 'simple-keyboard/build/css/index.css';
import '../theme/keyboard.css';
import { useEffect, useRef } from 'react';
import { SimpleKeyboard } from 'simple-keyboard';
import { useScreen } from '../bridge/screen-context.ts';
import { useText } from '../text/use-text.ts';

/** Kazakh letters are the top row in every layout; digits under 123. */
const KAZAKH = 'Ә Ғ Қ Ң Ө Ұ Ү Һ І';
const LAYOUT = {
  default: [KAZAKH, 'Й Ц У К Е Н Г Ш Щ З Х', 'Ф Ы В А П Р О Л Д Ж Э', 'Я Ч С М И Т Ь Б Ю {bksp}', '{digits} {latin} {space}'],
  latin: ['q w e r t y u i o p', 'a s d f g h j k l', '{shift} z x c v b n m {bksp}', '{digits} {cyrillic} {space} - _ .'],
  latinUpper: ['Q W E R T Y U I O P', 'A S D F G H J K L', '{shift} Z X C V B N M {bksp}', '{digits} {cyrillic} {space} - _ .'],
  digits: ['1 2 3 4 5 6 7 8 9 0', '- / : ; ( ) @ # ! ?', '{cyrillic} {latin} {space} . , {bksp}'],
};
type LayoutName = keyof typeof LAYOUT;

export function Keyboard({ value, onChange, lengthMax, layout = 'default' }: { readonly value: string; readonly onChange: (value: string) => void; readonly lengthMax: number; readonly layout?: LayoutName }) {
  const { send } = useScreen();
  const text = useText();
  const host = useRef<HTMLDivElement>(null);
  const keyboardRef = useRef<SimpleKeyboard | null>(null);
  const latest = useRef({ value, onChange, lengthMax, send });
  latest.current = { value, onChange, lengthMax, send };
  const labels = { '{bksp}': '⌫', '{space}': text('key.space'), '{digits}': text('key.digits'), '{latin}': text('key.latin'), '{cyrillic}': text('key.letters'), '{shift}': '⇧' };
  const labelKey = JSON.stringify(labels);

  useEffect(() => {
    if (host.current === null) return undefined;
    const press = (button: string) => {
      const now = latest.current;
      if (button === '{bksp}') now.onChange(now.value.slice(0, -1));
      else if (button === '{space}') now.onChange(`${now.value} `.slice(0, now.lengthMax));
      else if (button === '{digits}') keyboard.setOptions({ layoutName: 'digits' });
      else if (button === '{latin}') keyboard.setOptions({ layoutName: 'latin' });
      else if (button === '{cyrillic}') keyboard.setOptions({ layoutName: 'default' });
      else if (button === '{shift}') keyboard.setOptions({ layoutName: keyboard.options.layoutName === 'latin' ? 'latinUpper' : 'latin' });
      else now.onChange((now.value + button).slice(0, now.lengthMax));
      now.send({ kind: 'activity' });
    };
    const keyboard = new SimpleKeyboard(host.current, { layout: LAYOUT, layoutName: layout, onKeyPress: press, theme: 'hg-theme-default kiosk-keyboard', preventMouseDownDefault: true, disableCaretPositioning: true });
    keyboardRef.current = keyboard;
    return () => keyboard.destroy();
  }, [layout]);

  // Whoever types keeps the letters on view, whatever else of the screen the core tells anew.
  useEffect(() => {
    keyboardRef.current?.setOptions({ display: JSON.parse(labelKey) as Record<string, string>, mergeDisplay: true });
  }, [labelKey, layout]);

  return <div ref={host} className="simple-keyboard" role="group" aria-label={text('key.keyboard')} />;
}
