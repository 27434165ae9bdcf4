import { useState } from 'react';
import { isIin } from '../../../main/contracts/identifiers.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';
import { OtherMethods } from './other-methods.tsx';
import { TermsNotice } from './terms-notice.tsx';

const LENGTH = 12;

export function IdentifyIin({ data }: { readonly data: ScreenData<'identify-iin'> }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const missing = LENGTH - typed.length;
  const isWrong = missing === 0 && !isIin(typed);
  const problem = isWrong ? text('iin.wrong') : data.problem === null || typed !== '' ? null : text(`identify.${data.problem}`);
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />}
          right={<PrimaryButton intent="submitIin" icon="arrowRight" label={data.busy ? text('iin.busy') : text('phone.submit')} line={missing > 0 ? text('phone.missing', { count: missing }) : text('phone.submitLine')} off={missing > 0 || isWrong} touch={{ kind: 'submitIin', iin: typed }} />}
        />
      }
    >
      <Heading line={text('iin.line')}>{text('iin.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <div className={`field t-m ${isWrong ? 'is-bad' : 'is-current'}`} role="textbox" aria-label={text('iin.field')} aria-readonly="true">
            {typed.replace(/(.{4})(?=.)/g, '$1 ')}
            {missing > 0 ? <span className="caret" /> : null}
          </div>
          {problem === null ? <p className="t-caption soft">{text('iin.hidden')}</p> : <Problem>{problem}</Problem>}
          <div className="spacer" />
          <OtherMethods methods={data.otherMethods} />
          <TermsNotice action={text('phone.submit')} />
        </div>
        <div className="side">
          <Keypad off={data.busy} onDigit={(digit) => setTyped((before) => (before.length >= LENGTH ? before : before + digit))} onClear={() => setTyped('')} onBackspace={() => setTyped((before) => before.slice(0, -1))} />
        </div>
      </div>
    </ScreenLayout>
  );
}
