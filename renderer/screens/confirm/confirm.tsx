import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { FactLedger } from '../../parts/ledger.tsx';
import { Figure } from '../../parts/money.tsx';
import { ReceiptNotice } from '../../parts/receipt-notice.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

/** Everything that will happen, with the grand total where it is known. */
export function Confirm({ data }: { readonly data: ScreenData<'confirm'> }) {
  const text = useText();
  const { totalMinor } = data;
  return (
    <ScreenLayout
      counter={
        <Counter
          left={<CancelButton intent="cancel" label={text('cancel')} line={text(totalMinor === null ? 'cancel.noMoney' : 'cancel.noDebit')} />}
          right={<PrimaryButton intent="next" label={text('confirm.primary')} line={totalMinor === null ? text('confirm.cashLine') : text('confirm.primaryLine', { amount: amount(totalMinor) })} />}
        />
      }
    >
      <Heading>{text(`confirm.heading.${data.operation}`)}</Heading>
      {totalMinor === null ? null : (
        <div className="label-over">
          <p className="t-body soft">{text('confirm.total')}</p>
          <Figure amountMinor={totalMinor} />
        </div>
      )}
      <FactLedger facts={data.facts} />
      <p className="info t-caption"><Icon name="info" />{text(totalMinor === null ? 'confirm.info' : 'confirm.infoOut')}</p>
      <ReceiptNotice paper={data.paper} electronicTo={data.electronicTo} />
      <div className="spacer" />
      <SecondaryButton intent="back" label={text('confirm.change')} icon="arrowLeft" />
    </ScreenLayout>
  );
}
