import { useState } from 'react';
import { isBirthDate } from '../../../main/contracts/identifiers.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

const LENGTH = 8;

/** Several clients match: the birth date tells them apart (T-2.4.2). */
export function Disambiguate({ data }: { readonly data: ScreenData<'disambiguate'> }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const missing = LENGTH - typed.length;
  const isWhole = missing === 0 && isBirthDate(typed, Date.now());
  const problem = data.problem === 'noMatch' ? text('birth.noMatch', { count: data.triesLeft }) : data.problem === 'noHost' ? text('identify.noHost') : null;
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />}
          right={<PrimaryButton intent="submitBirthDate" icon="arrowRight" label={data.busy ? text('birth.busy') : text('continue')} line={missing > 0 ? text('phone.missing', { count: missing }) : text('birth.submitLine')} off={!isWhole} touch={{ kind: 'submitBirthDate', birthDate: typed }} />}
        />
      }
    >
      <Heading line={text('birth.line')}>{text('birth.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <div className={`field t-m ${missing === 0 && !isWhole ? 'is-bad' : 'is-current'}`} role="textbox" aria-label={text('birth.field')} aria-readonly="true">
            {[typed.slice(0, 2), typed.slice(2, 4), typed.slice(4)].filter((part) => part !== '').join('.')}
            {missing > 0 ? <span className="caret" /> : null}
          </div>
          {problem === null ? <p className="t-caption soft">{text('birth.tries', { count: data.triesLeft })}</p> : <Problem>{problem}</Problem>}
          <div className="spacer" />
        </div>
        <div className="side">
          <Keypad off={data.busy} onDigit={(digit) => setTyped((before) => (before.length >= LENGTH ? before : before + digit))} onClear={() => setTyped('')} onBackspace={() => setTyped((before) => before.slice(0, -1))} />
        </div>
      </div>
    </ScreenLayout>
  );
}
