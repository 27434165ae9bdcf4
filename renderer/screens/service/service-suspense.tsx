import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { amount, moment } from '../../text/figures.ts';
import type { Texter } from '../../text/use-text.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord, TechnicalRecord, useChosen, usePages } from './service-frame.tsx';

type Data = ScreenData<'service-suspense'>;
type Item = Data['items'][number];
const ROWS_SHOWN = 6;
const SETTLED_SHOWN = 4;
const UNFOLLOWED_SHOWN = 2;
/** Why an item is settled, as it is journaled. */
const REASONS = ['countAgrees', 'claimPaid', 'bankDecided'] as const;
type Reason = (typeof REASONS)[number];

/** Money in doubt: what is known of each item, and who may end it as what. Which item is looked at is the finger's matter. */
export function ServiceSuspense({ data }: { readonly data: Data }) {
  const text = useText();
  const { shown, pages } = usePages(data.items, ROWS_SHOWN);
  const { chosen, choose } = useChosen(shown, (item) => item.suspenseId, shown[0]);
  return (
    <ServiceFrame data={data} page="suspense">
      <h2>{text('service.suspense')} <span>{data.items.length}</span></h2>
      {data.items.length === 0 ? <p className="service-card">{text('service.suspenseNone')}</p> : (
        <table>
          <thead><tr>{(['item', 'opened', 'sum', 'show'] as const).map((column) => <th key={column} scope="col" className={column === 'sum' ? 'right' : ''}>{text(`service.col.${column}`)}</th>)}</tr></thead>
          <tbody>
            {shown.map((item) => (
              <tr key={item.suspenseId} className={item === chosen ? 'attention' : ''}>
                <td><b>{kindText(item, text)}</b><small>{item.reference ?? '–'} · {text(`service.told.${item.told}`)}</small></td>
                <td>{moment(item.openedAtUtcMs).date} {moment(item.openedAtUtcMs).time}</td>
                <td className="right nowrap">{amount(item.amountMinor)}</td>
                <td><button type="button" className="service-button" onClick={() => choose(item.suspenseId)}>{text('service.col.show')}</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pages}
      <div className="service-cards">
        {chosen === undefined ? null : <Details key={chosen.suspenseId} item={chosen} maySettleAs={data.maySettleAs} />}
        <section className="service-card">
          <h3>{text('service.settled')} <span>{data.settled.length}</span></h3>
          {data.settled.slice(0, SETTLED_SHOWN).map((item) => (
            <p key={item.suspenseId} className="service-line"><span>{item.reference ?? '–'} · {text(`service.settle.${item.to}`)} · {item.bankAuthority === null ? item.by : `${text('service.byBank')}, ${item.bankAuthority}: ${item.why}`}{item.told === null ? null : ` · ${text(`service.told.${item.told}`)}`}</span><b className="nowrap">{amount(item.amountMinor)}</b></p>
          ))}
          {data.unfollowed.slice(0, UNFOLLOWED_SHOWN).map((decision) => (
            <p key={`${decision.decisionId}${decision.suspenseId}${decision.result}`} className="service-line"><span><StateWord level="attention" word={text(`service.decision.${decision.result}`)} /> {text(`service.settle.${decision.to}`)} · {decision.authority}: {decision.reason} · {decision.decisionId}</span><b className="nowrap">{amount(decision.amountMinor)}</b></p>
          ))}
        </section>
      </div>
    </ServiceFrame>
  );
}

function Details({ item, maySettleAs }: { readonly item: Item; readonly maySettleAs: Data['maySettleAs'] }) {
  const { send } = useScreen();
  const text = useText();
  const [why, setWhy] = useState<Reason>('countAgrees');
  return (
    <section className="service-card">
      <h3>{kindText(item, text)} <StateWord level="attention" word={amount(item.amountMinor)} /></h3>
      <p>{aboutText(item, text)}</p>
      <TechnicalRecord record={[item.operationId, item.evidence].filter(Boolean).join(' · ')} />
      {maySettleAs.length === 0 || item.told === 'toAsk' ? <p>{text(item.told === 'toAsk' ? 'service.told.toAsk' : 'service.settle.notYours')}</p> : (
        <>
          <div className="service-pages" role="group" aria-label={text('service.settle.why')}>
            {REASONS.map((reason) => <button key={reason} type="button" className="service-button" aria-pressed={reason === why} onClick={() => setWhy(reason)}>{text(`service.why.${reason}`)}</button>)}
          </div>
          <div className="service-pages">
            {maySettleAs.map((to) => <button key={to} type="button" className="service-button" data-intent="serviceSettle" data-value={to} onClick={() => send({ kind: 'serviceSettle', suspenseId: item.suspenseId, to, why })}>{text(`service.settle.${to}`)}</button>)}
          </div>
        </>
      )}
    </section>
  );
}

/** What it means and what to do; of a kind that this page does not know yet the record says it. */
function aboutText(item: Item, text: Texter): string {
  const key = `service.suspense.${item.kind}.about`;
  return isTextId(key) ? text(key) : '';
}

function kindText(item: Item, text: Texter): string {
  const key = `service.suspense.${item.kind}`;
  return isTextId(key) ? text(key) : item.kind;
}
