import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

const ICONS = { card: 'creditCard', current: 'money', wallet: 'wallet' } as const;

export function AccountChoice({ data }: { readonly data: ScreenData<'account-choice'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <ScreenLayout counter={<Counter left={<CancelButton intent="cancel" label={text('cancel')} line={text(data.operation === 'op-10' ? 'cancel.noDebit' : 'cancel.noMoney')} />} right={<CounterNote>{text('account.note')}</CounterNote>} />}>
      <Heading>{text(data.operation === 'op-10' ? 'account.headingOut' : 'account.headingIn')}</Heading>
      <div className="list providers">
        {data.accounts.map((account) => (
          <button key={account.accountRef} type="button" className="tile row" data-intent="chooseAccount" data-value={account.accountRef} onClick={() => send({ kind: 'chooseAccount', accountRef: account.accountRef })}>
            <span className="square"><Icon name={ICONS[account.kind]} /></span>
            <span className="text">
              <span className="t-title block">{text(`account.${account.kind}`)}</span>
              <span className="t-caption line block">{text('account.currency')}</span>
            </span>
            <span className="t-s nowrap">{account.masked}</span>
          </button>
        ))}
      </div>
    </ScreenLayout>
  );
}
