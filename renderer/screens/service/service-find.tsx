import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { Keyboard } from '../../parts/keyboard.tsx';
import { amount, moment } from '../../text/figures.ts';
import { isTextId, useText, type Texter } from '../../text/use-text.ts';
import { StateWord, usePages } from './service-frame.tsx';

type Found = NonNullable<ScreenData<'service-journal'>['found']>;
type Operation = Extract<Found, { readonly kind: 'found' }>;
const CODE_LENGTH_MAX = 32;
const STEPS_PER_PAGE = 8;

/** Looks for an operation by the code that a customer reads out; the screen's keyboard stands there while somebody types. */
export function ServiceFind({ found }: { readonly found: Found | null }) {
  const { send, allows } = useScreen();
  const text = useText();
  const [code, setCode] = useState('');
  const [isTyping, setTyping] = useState(false);
  const type = (value: string) => {
    setCode(value.slice(0, CODE_LENGTH_MAX));
    send({ kind: 'activity' });
  };
  return (
    <>
      <form
        className="service-find"
        onSubmit={(event) => {
          event.preventDefault();
          setTyping(false);
          send({ kind: 'serviceFind', code });
        }}
      >
        <label>
          {text('service.find.code')}
          <input data-field="code" type="text" autoComplete="off" spellCheck={false} value={code} onFocus={() => setTyping(true)} onChange={(event) => type(event.target.value)} />
        </label>
        <button type="submit" className="service-button primary" data-intent="serviceFind" disabled={code === '' || !allows('serviceFind')}>{text('service.find.submit')}</button>
      </form>
      {isTyping ? <Keyboard value={code} onChange={type} lengthMax={CODE_LENGTH_MAX} layout="latin" /> : null}
      {found === null || isTyping ? null : found.kind === 'found' ? <FoundOperation key={found.operationId} found={found} /> : <p role="alert"><StateWord level="attention" word={text(`service.find.${found.kind}`, { code: found.code ?? '' })} /></p>}
    </>
  );
}

/** One operation's life: what came of it, what of it is in doubt, how far the bank knows, and each entry. */
function FoundOperation({ found }: { readonly found: Operation }) {
  const text = useText();
  const { shown, pages } = usePages(found.steps, STEPS_PER_PAGE);
  const began = moment(found.beganAtUtcMs);
  return (
    <div className="service-cards">
      <section className="service-card">
        <h3><span className="nowrap">{found.code}</span> <StateWord level={found.outcome === 'open' || found.outcome === 'pending' ? 'attention' : 'ok'} word={text(`service.outcome.${found.outcome}`)} /></h3>
        <Line name={found.operation === null ? '–' : text(`service.op.${found.operation}`)} value={`${began.date} ${began.time}`} />
        {found.movedMinor === null ? null : <Line name={text('service.find.moved')} value={amount(found.movedMinor)} />}
        <Line name={text('service.find.receipt')} value={found.receiptNumbers.join(' ') || '–'} />
        <Line name={text('result.reference')} value={found.reference ?? '–'} />
        {found.refusal === null ? null : <Line name={text('service.find.refusal')} value={found.refusal} />}
        {found.items.map((item, index) => <Line key={index} name={`${nameOf(`service.suspense.${item.kind}`, item.kind, text)} · ${item.state === 'open' ? text('service.outcome.open') : text(`service.settle.${item.state}`)}`} value={amount(item.amountMinor)} />)}
        {found.messages.map((message) => <Line key={message.messageId} name={nameOf(`service.host.${message.operation}`, message.operation, text)} value={text(`service.message.${message.state}`)} />)}
      </section>
      <section className="service-card">
        <h3>{text('service.find.steps')} <span>{found.steps.length}</span></h3>
        {shown.map((step) => <p key={step.entryNumber} className="service-line"><span lang="en" translate="no">{step.entryNumber} {step.kind}</span><b className="nowrap">{moment(step.atUtcMs).time}</b></p>)}
        {pages}
        <p className="service-record" lang="en" translate="no">{found.operationId}</p>
      </section>
    </div>
  );
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  return <p className="service-line"><span>{name}</span><b className="nowrap">{value}</b></p>;
}

/** Of a kind that this page does not know yet its own word. */
function nameOf(id: string, word: string, text: Texter): string {
  return isTextId(id) ? text(id) : word;
}
