import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { ChipRow, Figure } from '../../parts/money.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { amount, digits, TENGE } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

const DIGITS_MAX = 7;

/** Quick amounts that can really be paid now, or an own one; impossible ones show the nearest possible. */
export function CashOutAmount({ data }: { readonly data: ScreenData<'cash-out-amount'> }) {
  const text = useText();
  const [isOwn, setIsOwn] = useState(data.impossible !== null);
  return isOwn ? <OwnAmount data={data} onBack={() => setIsOwn(false)} /> : (
    <ScreenLayout counter={<Counter left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noDebit')} />} right={<CounterNote>{text.rich('out.note')}</CounterNote>} />}>
      <Heading line={text('out.line', { max: amount(data.maxMinor) })}>{text('out.heading')}</Heading>
      <AmountTiles amountsMinor={data.quickMinor} />
      <button type="button" className="button secondary t-label" onClick={() => setIsOwn(true)}>{text('out.other')}</button>
      <div className="spacer" />
      <p className="t-body soft">{text('out.available')}</p>
      <ChipRow denominationsMinor={data.denominationsMinor} />
    </ScreenLayout>
  );
}

function AmountTiles({ amountsMinor }: { readonly amountsMinor: readonly number[] }) {
  const { send } = useScreen();
  return (
    <div className="grid">
      {amountsMinor.map((amountMinor) => (
        <button key={amountMinor} type="button" className="tile amount" data-intent="chooseAmount" data-value={amountMinor} onClick={() => send({ kind: 'chooseAmount', amountMinor })}>
          <span className="t-m nowrap">{digits(amountMinor)}&#8201;{TENGE}</span>
        </button>
      ))}
    </div>
  );
}

function OwnAmount({ data, onBack }: { readonly data: ScreenData<'cash-out-amount'>; readonly onBack: () => void }) {
  const text = useText();
  const [typed, setTyped] = useState(data.impossible === null ? '' : String(data.impossible.amountMinor / 100));
  const amountMinor = Number(typed === '' ? 0 : typed) * 100;
  const isStep = data.stepMinor === 0 || amountMinor % data.stepMinor === 0;
  const hint = amountMinor === 0 ? text('out.enter') : amountMinor > data.maxMinor ? text('out.tooMuch', { max: amount(data.maxMinor) }) : amountMinor < data.minMinor ? text('out.tooLittle', { min: amount(data.minMinor) }) : isStep ? null : text('out.notStep', { step: amount(data.stepMinor) });
  const impossible = data.impossible?.amountMinor === amountMinor ? data.impossible : null;
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noDebit')} />}
          right={<PrimaryButton intent="chooseAmount" value={String(amountMinor)} icon="arrowRight" label={text('out.submit')} line={hint ?? text('out.submitLine', { amount: amount(amountMinor) })} off={hint !== null || impossible !== null} touch={{ kind: 'chooseAmount', amountMinor }} />}
        />
      }
    >
      <Heading line={text('out.line', { max: amount(data.maxMinor) })}>{text('out.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <div className="field is-current" role="textbox" aria-label={text('out.field')} aria-readonly="true"><Figure amountMinor={amountMinor} size="l" /></div>
          {impossible === null ? <p className="t-caption soft">{text('out.step', { step: amount(data.stepMinor) })}</p> : (
            <>
              <Problem>{`${text('out.impossible', { amount: amount(impossible.amountMinor) })} ${text('out.nearest')}`}</Problem>
              <AmountTiles amountsMinor={impossible.nearestMinor} />
            </>
          )}
          <div className="spacer" />
          <button type="button" className="button secondary t-label" onClick={onBack}>{text('out.quick')}</button>
        </div>
        <div className="side">
          <Keypad onDigit={(digit) => setTyped((before) => (before.length >= DIGITS_MAX || (before === '' && digit === '0') ? before : before + digit))} onClear={() => setTyped('')} onBackspace={() => setTyped((before) => before.slice(0, -1))} />
        </div>
      </div>
    </ScreenLayout>
  );
}
