import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { DevicePicture } from '../../parts/device-picture.tsx';
import { LedgerLine } from '../../parts/ledger.tsx';
import { Figure, hasCoins, isCoin, NoteRow } from '../../parts/money.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { play } from '../../parts/sound.ts';
import { amount } from '../../text/figures.ts';
import type { Texter } from '../../text/use-text.ts';
import { useText } from '../../text/use-text.ts';

const GAP = '\u0000';

/** Running total at the place where it always stands; the primary names what exactly happens with what is inside. */
export function CashIn({ data }: { readonly data: ScreenData<'cash-in'> }) {
  const text = useText();
  const counted = useRef(data.noteCount);
  useEffect(() => {
    if (data.noteCount > counted.current) play('accept');
    counted.current = data.noteCount;
  }, [data.noteCount]);
  const takesCoins = hasCoins(data.acceptedMinor);
  const isWaiting = data.noteState === 'waiting';
  const target = data.targetTrilingual === null ? data.target : data.targetTrilingual[text.language];
  const done = data.operation === 'op-05' ? text('cashIn.payLine', { amount: amount(data.creditMinor) }) : text('cashIn.doneLine', { amount: amount(data.creditMinor) });
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={cancelLine(data, text)} />}
          right={<PrimaryButton intent="next" label={text('cashIn.done')} line={data.finishBlockedBy === null ? done : blockedLine(data.finishBlockedBy, takesCoins, text)} off={!data.canFinish} />}
        />
      }
    >
      <Heading line={line(data, text)}>{text(takesCoins ? 'cashIn.headingCoins' : 'cashIn.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <div className="label-over">
            <p className="t-body soft">{text('cashIn.accepted')}</p>
            <Figure amountMinor={data.insertedMinor} />
          </div>
          <div className="row-between counted">
            {data.noteCount === 0 ? <p className="t-body soft">{text(takesCoins ? 'cashIn.noneCoins' : 'cashIn.none')}</p> : <NoteRow notes={data.notes} />}
            {data.noteCount === 0 ? null : <p className="t-body soft nowrap">{pieces(data, text)}</p>}
          </div>
          <div className="ledger">
            <LedgerLine label={text('cashIn.fee')} value={<span className="nowrap">{amount(data.fee.feeMinor === 0 ? 0 : -data.fee.feeMinor)}</span>} />
            {data.changeMinor > 0 ? <LedgerLine label={text('cashIn.change')} value={<span className="nowrap">{amount(data.changeMinor)}</span>} /> : null}
            <LedgerLine label={`${text('cashIn.credit')} ${target ?? ''}`} value={<span className="t-m nowrap">{amount(data.creditMinor)}</span>} />
            {data.doubtfulMinor > 0 ? <LedgerLine label={text('cashIn.underReview')} value={<span className="nowrap">{amount(data.doubtfulMinor)}</span>} /> : null}
          </div>
          {data.lastReturned === null ? null : <Problem>{text(`cashIn.returned.${data.lastReturned}`)}</Problem>}
        </div>
        <div className="side grow">
          <DevicePicture device="acceptor" lit={isWaiting} coins={takesCoins} />
        </div>
      </div>
    </ScreenLayout>
  );
}

function line(data: ScreenData<'cash-in'>, text: Texter): ReactNode {
  if (data.stoppedBy !== null) return text(({ limit: 'cashIn.stoppedLimit', device: 'cashIn.stoppedDevice', boxFull: 'cashIn.stoppedBoxFull', host: 'cashIn.stoppedHost', queueLimit: 'cashIn.stoppedQueueLimit' } as const)[data.stoppedBy]);
  if (data.noteState !== 'waiting' && data.noteState !== 'stopped') return text(`cashIn.${data.noteState}`);
  if (data.remainingMinor === 0) return text('cashIn.lineComplete');
  const isAny = data.wantedMinor === null;
  const key = hasCoins(data.acceptedMinor) ? (isAny ? 'cashIn.lineCoins' : 'cashIn.lineCoinsWanted') : isAny ? 'cashIn.line' : 'cashIn.lineWanted';
  // A sum is not broken over two lines.
  const [before, after] = text(key, { remaining: GAP }).split(GAP);
  return <>{before}<span className="nowrap">{amount(data.remainingMinor)}</span>{after}</>;
}

/** Notes and coins apart, each only where there are some. */
function pieces({ notes }: ScreenData<'cash-in'>, text: Texter): string {
  const count = (isWanted: (denominationMinor: number) => boolean) => notes.filter((note) => isWanted(note.denominationMinor)).reduce((sum, note) => sum + note.noteCount, 0);
  const [noteCount, coinCount] = [count((denominationMinor) => !isCoin(denominationMinor)), count(isCoin)];
  return [...(noteCount > 0 || coinCount === 0 ? [text('cashIn.notes', { count: noteCount })] : []), ...(coinCount > 0 ? [text('cashIn.coins', { count: coinCount })] : [])].join(', ');
}

function blockedLine(blockedBy: NonNullable<ScreenData<'cash-in'>['finishBlockedBy']>, takesCoins: boolean, text: Texter): string {
  if (takesCoins && (blockedBy === 'nothingInside' || blockedBy === 'belowMinimum')) return text(`cashIn.blocked.${blockedBy}Coins`);
  return text(`cashIn.blocked.${blockedBy}`);
}

/** Never a promise that the device cannot keep: what is stacked does not come back. */
function cancelLine(data: ScreenData<'cash-in'>, text: Texter): string {
  if (data.insertedMinor === 0) return data.doubtfulMinor > 0 ? text('cashIn.doubtful', { amount: amount(data.doubtfulMinor) }) : text('cancel.noMoney');
  return text('cashIn.inside', { amount: amount(data.insertedMinor) });
}
