import { useLinks, useStore } from '../link/use-bench.ts';
import { formatTime } from '../logic/format.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import { MoneyPanel } from './money-panel.tsx';
import { Panel } from './panel.tsx';
import { SuspensePanel } from './suspense-panel.tsx';

const MESSAGES_SHOWN_MAX = 7;
const OUTCOMES: Readonly<Record<string, { readonly icon: IconName; readonly tone: string }>> = {
  approved: { icon: 'checkCircle', tone: 'ok' },
  partial: { icon: 'checkCircle', tone: 'ok' },
  declined: { icon: 'xCircle', tone: 'bad' },
  notFound: { icon: 'xCircle', tone: 'bad' },
  inProcess: { icon: 'hourglass', tone: 'wait' },
};

/** Messages of the bank's side with what it answered, newest first; heartbeats only when there is nothing else. */
export function BankPanel() {
  const { bench } = useLinks();
  const { isBankUp, isNetworkDown } = useStore(bench.snapshot);
  const events = useStore(bench.events);
  const answered = events.filter((event) => event.target === 'bank' && (event.event === 'host.operation.answered' || event.event === 'host.fault.fired' || event.event === 'host.request.rejected'));
  const shown = answered.filter((event) => event.fields['operation'] !== 'link.heartbeat').slice(-MESSAGES_SHOWN_MAX).reverse();
  return (
    <Panel area="bank" title="Bank host" fact={!isBankUp ? 'not running' : isNetworkDown ? 'network cable pulled' : 'online'}>
      <ol className="bank-messages" tabIndex={0} aria-label="Messages, newest first">
        {shown.map((event, index) => {
          const isAnswer = event.event === 'host.operation.answered';
          const outcome = isAnswer ? String(event.fields['outcome']) : String(event.fields['fault'] ?? event.fields['reason'] ?? 'rejected');
          const look = (isAnswer ? OUTCOMES[outcome] : undefined) ?? { icon: 'warning' as const, tone: 'bad' };
          const refusal = typeof event.fields['refusal'] === 'string' ? `, ${event.fields['refusal']}` : '';
          return (
            <li key={`${event.atUtcMs}-${index}`}>
              <time>{formatTime(event.atUtcMs, 'minutes')}</time>
              <span>{String(event.fields['operation'] ?? 'unknown request')}</span>
              <span className={`tone-${look.tone}`}><Icon name={look.icon} /> {outcome}{refusal}</span>
            </li>
          );
        })}
        {shown.length === 0 && <li className="empty">{isBankUp ? 'No message yet.' : 'Start the simulated bank.'}</li>}
      </ol>
      <SuspensePanel />
      <MoneyPanel />
    </Panel>
  );
}
