import type { ReactNode } from 'react';
import { refusalTextCode } from '../../../main/foundation/refusals.ts';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, PrimaryButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import type { IconName } from '../../parts/icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Figure } from '../../parts/money.tsx';
import { ReceiptPreview } from '../../parts/receipt-preview.tsx';
import { ScreenLayout } from '../../parts/screen.tsx';
import { amount, clock, moment } from '../../text/figures.ts';
import type { Texter } from '../../text/use-text.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { ReceiptOptions } from './receipt-options.tsx';

type AnyResult = ScreenData<'result-success'> | ScreenData<'result-partial'> | ScreenData<'result-pending'> | ScreenData<'result-refused'>;

export function ResultSuccess({ data }: { readonly data: ScreenData<'result-success'> }) {
  const text = useText();
  return (
    <ResultLayout data={data} state="ok" icon="check" heading={text(`success.${data.outcome}`)}>
      <div className="label-over">
        <Figure amountMinor={data.amountMinor} />
        <p className="t-body soft">{under(data, text)}</p>
        <NumberLine data={data} />
      </div>
    </ResultLayout>
  );
}

export function ResultPartial({ data }: { readonly data: ScreenData<'result-partial'> }) {
  const text = useText();
  return (
    <ResultLayout data={data} state="wait" icon="warning" heading={text('partial.heading')}>
      <div className="label-over">
        <Figure amountMinor={data.amountMinor} />
        <p className="t-body">{(data.feeMinor ?? 0) > 0 ? text('partial.textFee', { wanted: amount(data.wantedMinor), fee: amount(data.feeMinor ?? 0) }) : text('partial.text', { wanted: amount(data.wantedMinor) })}</p>
        <NumberLine data={data} />
      </div>
    </ResultLayout>
  );
}

export function ResultPending({ data }: { readonly data: ScreenData<'result-pending'> }) {
  const text = useText();
  return (
    <ResultLayout data={data} state="wait" icon="hourglass" heading={text('pending.heading')}>
      {data.amountMinor === 0 ? null : <Figure amountMinor={data.amountMinor} />}
      <p className="t-body">{pendingText(data, data.why, text)}</p>
      {data.also === null ? null : <p className="t-body">{pendingText(data, data.also, text)}</p>}
      {data.reference === null ? <TimeCard atUtcMs={data.atUtcMs} /> : <ReferenceCard data={data} tint="tint-wait" />}
    </ResultLayout>
  );
}

export function ResultRefused({ data }: { readonly data: ScreenData<'result-refused'> }) {
  const text = useText();
  const key = `rf.${refusalTextCode(data.refusal)}`;
  return (
    <ResultLayout data={data} state="bad" icon="x" heading={text('refused.heading')}>
      <p className="t-title">{isTextId(key) ? text(key) : text('rf.RF-19')}</p>
      <p className="t-body">{data.keptMinor > 0 ? text('refused.kept', { amount: amount(data.keptMinor) }) : text(data.mayBeHeld ? 'refused.held' : 'refused.noMoney')}</p>
      {data.also === null ? null : <p className="t-body">{pendingText(data, data.also, text)}</p>}
      {data.blockedForMs === null ? null : <p className="t-body soft">{text('refused.blocked', { time: clock(data.blockedForMs) })}</p>}
      <ReferenceCard data={data} tint={data.keptMinor > 0 ? 'tint-bad' : ''} />
    </ResultLayout>
  );
}

/** With what the bank still has to count, where that is known: the picture of the paper says it too, and is not on every screen. */
function pendingText({ doubtfulMinor }: { readonly doubtfulMinor: number }, why: ScreenData<'result-pending'>['why'], text: Texter): string {
  const summed = `pending.${why}Sum`;
  return doubtfulMinor > 0 && isTextId(summed) ? text(summed, { sum: amount(doubtfulMinor) }) : text(`pending.${why}`);
}

function under(data: AnyResult, text: Texter): string {
  const { date, time } = moment(data.atUtcMs);
  const target = data.targetTrilingual === null ? data.target : data.targetTrilingual[text.language];
  return [target, text('result.at', { date, time })].filter((part) => part !== null).join(' · ');
}

/** What the call centre asks for. In words, for the picture of the paper is not on every screen: ten seconds of the receipt's number prove that it was given. */
function ReferenceCard({ data, tint }: { readonly data: AnyResult; readonly tint: string }) {
  const text = useText();
  if (data.reference === null) return null;
  return (
    <div className={`card numbers ${tint}`}>
      <div>
        <p className="t-caption soft">{text('result.reference')}</p>
        <p className="reference">{data.reference}</p>
      </div>
      {data.receiptNumber === null ? null : (
        <div>
          <p className="t-caption soft">{text('result.receiptNumber')}</p>
          <p className="t-label nowrap">{data.receiptNumber}</p>
        </div>
      )}
    </div>
  );
}

/** The same where nothing is in doubt: smaller. */
function NumberLine({ data }: { readonly data: AnyResult }) {
  const text = useText();
  const parts = [...(data.receiptNumber === null ? [] : [`${text('result.receiptNumber')} ${data.receiptNumber}`]), ...(data.reference === null ? [] : [`${text('result.reference')} ${data.reference}`])];
  return <p className="t-caption soft numbers">{parts.map((part) => <span key={part} className="nowrap">{part}</span>)}{data.providerRef === null ? null : <span className="code">{text('result.providerRef')} {data.providerRef}</span>}</p>;
}

/** Where no reference could be written: by terminal and time the bank finds what the terminal has recorded. */
function TimeCard({ atUtcMs }: { readonly atUtcMs: number }) {
  const text = useText();
  const { frame } = useScreen();
  const { date, time } = moment(atUtcMs);
  return (
    <div className="card tint-wait">
      <p className="t-caption soft">{text('pending.noReference')}</p>
      <p className="t-title">{text('pending.place', { number: frame.terminal.number, date, time })}</p>
    </div>
  );
}

function ResultLayout({ data, state, icon, heading, children }: { readonly data: AnyResult; readonly state: 'ok' | 'wait' | 'bad'; readonly icon: IconName; readonly heading: string; readonly children: ReactNode }) {
  const text = useText();
  const takesPaper = data.receipt !== null && data.selectedReceipt === 'paper' && data.paper !== 'unavailable';
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('exit')} line={data.receipt === null ? text('result.finishLine') : text('exit.noPaper')} />}
          right={<PrimaryButton intent="next" icon={takesPaper ? 'receipt' : 'check'} label={text(takesPaper ? 'result.getReceipt' : 'result.finish')} line={text('result.finishLine')} />}
        />
      }
    >
      <div className="columns of-result">
        <div className="main">
          <div className="state">
            <span className={`mark ${state}`}><Icon name={icon} /></span>
            <h1 className="t-headline">{heading}</h1>
          </div>
          {children}
        </div>
        <div className="side">
          {data.receipt === null ? null : (
            <div className="results">
              <ReceiptOptions data={data} />
              <ReceiptPreview lines={data.receipt.lines} label={text('result.preview')} />
            </div>
          )}
          {data.canContinue ? <SecondaryButton intent="anotherOperation" label={text('result.another')} icon="plus" /> : null}
        </div>
      </div>
    </ScreenLayout>
  );
}
