import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { FactLedger } from '../../parts/ledger.tsx';
import { ChipRow, hasCoins } from '../../parts/money.tsx';
import { ReceiptNotice } from '../../parts/receipt-notice.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

/** Consent to the terms, before the first note. */
export function CashInIntro({ data }: { readonly data: ScreenData<'cash-in-intro'> }) {
  const text = useText();
  const takesCoins = hasCoins(data.acceptedMinor);
  return (
    <ScreenLayout counter={<Counter left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />} right={<PrimaryButton intent="next" icon="handDeposit" label={text(takesCoins ? 'intro.primaryCoins' : 'intro.primary')} line={text('intro.primaryLine')} />} />}>
      <Heading>{text('intro.heading')}</Heading>
      <div className="columns">
        <div className="main">
          <FactLedger facts={data.facts} />
        </div>
        <div className="side">
          <p className="t-body soft">{text(takesCoins ? 'intro.notesAndCoins' : 'intro.notes')}</p>
          <ChipRow denominationsMinor={data.acceptedMinor} />
          <ReceiptNotice paper={data.paper} electronicTo={data.electronicTo} />
        </div>
      </div>
    </ScreenLayout>
  );
}
