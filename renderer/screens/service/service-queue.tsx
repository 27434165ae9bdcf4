import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { operatorText } from '../../../main/foundation/operator-texts.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { moment } from '../../text/figures.ts';
import type { Texter } from '../../text/use-text.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord, TechnicalRecord, useChosen, usePages } from './service-frame.tsx';

type Message = ScreenData<'service-queue'>['messages'][number];
const ROWS_PER_PAGE = 8;
/** Why, as it is journaled. */
const REASONS = ['bankKnows', 'bankAsks', 'tooOld'] as const;

export function ServiceQueue({ data }: { readonly data: ScreenData<'service-queue'> }) {
  const { send, allows } = useScreen();
  const text = useText();
  const { shown, pages } = usePages(data.messages, ROWS_PER_PAGE);
  const actable = data.messages.filter((message) => message.canAct);
  const { chosen, choose } = useChosen(actable, (message) => message.messageId, actable.find((message) => message.proposal !== null));
  return (
    <ServiceFrame data={data} page="queue">
      <h2>{text('service.messages')} <StateWord level={data.linkUp ? 'ok' : 'failed'} word={text(data.linkUp ? 'service.linkUp' : 'service.linkDown')} /></h2>
      {data.messages.length === 0 ? <p className="service-card">{text('service.queueEmpty')}</p> : (
        <table>
          <thead>
            <tr>
              {(['operation', 'state', 'created', 'attempts', 'error'] as const).map((column) => <th key={column} scope="col" className={column === 'attempts' ? 'right' : ''}>{text(`service.col.${column}`)}</th>)}
              <th scope="col">{text('service.retry')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((message) => (
              <tr key={message.messageId} className={message.state === 'parked' ? 'failed' : ''}>
                <td><b>{nameOf(message, text)}</b><small>{message.messageId}</small></td>
                <td>{text(`service.message.${message.state}`)}</td>
                <td>{moment(message.createdAtUtcMs).time}<small>{moment(message.createdAtUtcMs).date}</small></td>
                <td className="right">{message.attemptCount}</td>
                <td>{message.lastError === null ? text('service.none') : <>{adviceOn(message, message.lastError, text)}<TechnicalRecord record={message.lastError} /></>}</td>
                <td className="nowrap">{message.canAct ? <button type="button" className="service-button" onClick={() => choose(message.messageId)}>{text('service.col.show')}</button> : null} {message.canRetry && allows('serviceRetry') ? <button type="button" className="service-button" data-intent="serviceRetry" data-value={message.messageId} onClick={() => send({ kind: 'serviceRetry', messageId: message.messageId })}>{text('service.retry')}</button> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pages}
      {chosen === undefined ? null : <Act key={chosen.messageId} message={chosen} />}
    </ServiceFrame>
  );
}

/** A message that waits for a person: one proposes what to do with it, another one confirms. */
function Act({ message }: { readonly message: Message }) {
  const { send } = useScreen();
  const text = useText();
  const [why, setWhy] = useState<(typeof REASONS)[number]>('bankKnows');
  const { messageId, proposal } = message;
  return (
    <section className="service-card">
      <h3>{nameOf(message, text)} <small>{messageId}</small></h3>
      {proposal === null ? null : (
        <p className="service-line">
          <span>{text('service.message.proposed', { by: proposal.by, act: text(`service.message.${proposal.act}`) })} · {reasonText(proposal.why, text)}</span>
          {proposal.isOwn ? <span>{text('service.message.second')}</span> : <button type="button" className="service-button" data-intent="serviceMessage" data-value="confirm" onClick={() => send({ kind: 'serviceMessage', messageId, act: 'confirm', why: '' })}>{text('service.message.confirm')}</button>}
        </p>
      )}
      <div className="service-pages" role="group" aria-label={text('service.message.why')}>
        {REASONS.map((reason) => <button key={reason} type="button" className="service-button" aria-pressed={reason === why} onClick={() => setWhy(reason)}>{text(`service.message.reason.${reason}`)}</button>)}
      </div>
      <div className="service-pages">
        {(['settle', 'replace'] as const).map((act) => <button key={act} type="button" className="service-button" data-intent="serviceMessage" data-value={act} onClick={() => send({ kind: 'serviceMessage', messageId, act, why })}>{text(`service.message.${act}`)}</button>)}
      </div>
    </section>
  );
}

/** As it is journaled; on the command line it is free text. */
function reasonText(why: string, text: Texter): string {
  const key = `service.message.reason.${why}`;
  return isTextId(key) ? text(key) : why;
}

/** What to do about the code in a record; of a record without one, or of an unknown one, nothing is known. */
function adviceOn({ state, canRetry }: Message, record: string, text: Texter): string {
  if (state === 'parked' && !canRetry) return text('service.message.tooOld');
  const [code] = /\bHST_[A-Z_]+/.exec(record) ?? [];
  if (code === undefined) return '';
  const advice = operatorText(code, text.language);
  return advice === code ? '' : advice;
}

/** Of software that sends what this page does not know yet: its own word. */
function nameOf({ operation }: Message, text: Texter): string {
  const id = `service.host.${operation}`;
  return isTextId(id) ? text(id) : operation;
}
