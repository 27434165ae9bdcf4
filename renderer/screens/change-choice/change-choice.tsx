import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Figure } from '../../parts/money.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

/** Where the over-payment goes; never kept silently. */
export function ChangeChoice({ data }: { readonly data: ScreenData<'change-choice'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <ScreenLayout counter={<Counter right={<CounterNote>{text('change.note')}</CounterNote>} />}>
      <Heading>{text('change.heading')}</Heading>
      <div className="label-over">
        <p className="t-body soft">{text('change.figure')}</p>
        <Figure amountMinor={data.changeMinor} />
      </div>
      <div className="list">
        {data.choices.map((choice) => (
          <button key={choice.target} type="button" className="tile hero" data-intent="chooseChange" data-value={choice.target} onClick={() => send({ kind: 'chooseChange', target: choice.target })}>
            <span className="t-title">{text(`change.${choice.target}`)}</span>
            <span className="t-body line">{choice.target === 'notes' ? text('change.notesLine') : `${choice.maskedPhone ?? ''} · ${choice.feeMinor === 0 ? text('change.noFee') : text('change.fee', { amount: amount(choice.feeMinor) })}`}</span>
            <Icon name={choice.target === 'notes' ? 'handWithdraw' : 'deviceMobile'} />
          </button>
        ))}
      </div>
    </ScreenLayout>
  );
}
