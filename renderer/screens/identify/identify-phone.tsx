import { useState } from 'react';
import { maskPhone, normalisePhone } from '../../../main/contracts/identifiers.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';
import { OtherMethods } from './other-methods.tsx';
import { TermsNotice } from './terms-notice.tsx';

const NATIONAL_LENGTH = 10;

export function IdentifyPhone({ data }: { readonly data: ScreenData<'identify-phone'> }) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const missing = NATIONAL_LENGTH - typed.length;
  const phone = normalisePhone(`+7${typed}`);
  const isWrong = missing === 0 && phone === undefined;
  const problem = isWrong ? text('phone.wrong') : data.problem === null || typed !== '' ? null : text(`identify.${data.problem}`);
  const add = (digit: string) => setTyped((before) => (before.length >= NATIONAL_LENGTH ? before : before === '' && digit === '8' ? before : before + digit));
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />}
          right={<PrimaryButton intent="submitPhone" icon="arrowRight" label={data.busy ? text('phone.busy') : text('phone.submit')} line={missing > 0 ? text('phone.missing', { count: missing }) : text('phone.submitLine')} off={phone === undefined} touch={{ kind: 'submitPhone', phone: phone ?? '' }} />}
        />
      }
    >
      <Heading line={text('phone.line')}>{text('phone.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <div className={`field t-m ${isWrong ? 'is-bad' : 'is-current'}`} role="textbox" aria-label={text('phone.field')} aria-readonly="true">
            +7 {grouped(typed)}
            {missing > 0 ? <span className="caret" /> : null}
            <span className="rest">{placeholder(typed)}</span>
          </div>
          {problem === null ? <p className="t-caption soft">{text('phone.hidden', { masked: maskPhone('+77001231234') })}</p> : <Problem>{problem}</Problem>}
          <div className="spacer" />
          <OtherMethods methods={data.otherMethods} />
          <TermsNotice action={text('phone.submit')} />
        </div>
        <div className="side">
          <Keypad off={data.busy} onDigit={add} onClear={() => setTyped('')} onBackspace={() => setTyped((before) => before.slice(0, -1))} />
        </div>
      </div>
    </ScreenLayout>
  );
}

/** `700 123 12 34` as far as typed. */
function grouped(typed: string): string {
  return [typed.slice(0, 3), typed.slice(3, 6), typed.slice(6, 8), typed.slice(8, 10)].filter((part) => part !== '').join(' ');
}

function placeholder(typed: string): string {
  return '___ ___ __ __'.slice(grouped(typed).length);
}
