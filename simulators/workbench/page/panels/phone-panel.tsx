import { useEffect, useRef, useState } from 'react';
import { useLinks, useNow, useStore } from '../link/use-bench.ts';
import { formatTime, maskPhone } from '../logic/format.ts';
import type { Phone, PhoneMessage } from '../logic/worlds.ts';
import { codeOf, readMessages, readPhones } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';
import { Panel } from './panel.tsx';

/** The customer's telephone: the only place of the product where a one-time code can be read. */
export function PhonePanel({ isLever }: { readonly isLever: boolean }) {
  const { bench, screen } = useLinks();
  const model = useStore(screen.model);
  const { phones, phone, choosePhone, messages } = usePhones();
  const nowUtcMs = useNow(10_000);
  const code = codeOf(messages.find((message) => message.kind === 'code'));
  const isAskingNumber = model?.screen === 'identify-phone';
  const isAskingCode = model?.screen === 'otp' && model.data.state === 'awaitingEntry';
  const canType = (isAskingNumber && phone !== null) || (isAskingCode && code !== null);
  const type = () => {
    if (isAskingNumber && phone !== null) screen.touch({ kind: 'submitPhone', phone });
    else if (isAskingCode && code !== null) screen.touch({ kind: 'submitCode', code });
  };
  const { isBankUp } = useStore(bench.snapshot);
  return (
    <Panel
      area="phone"
      title="Phone"
      fact={
        <label>
          <span className="hidden">Whose phone</span>
          <select value={phone ?? ''} onChange={(event) => choosePhone(event.target.value)} disabled={phones.length === 0}>
            {phones.map((one) => <option key={one.phone} value={one.phone}>{maskPhone(one.phone)}</option>)}
          </select>
        </label>
      }
    >
      <div className="phone">
        <p className="phone-time">{formatTime(nowUtcMs, 'minutes')} <span>{phones.find((one) => one.phone === phone)?.owners.join(', ') ?? ''}</span></p>
        <ol className="messages" tabIndex={0} aria-label="Messages, newest first" data-secret>
          {messages.map((message, index) => <Message key={`${message.atUtcMs}-${messages.length - index}`} message={message} />)}
          {messages.length === 0 && <li className="empty">{isBankUp ? 'Codes and receipts of the bank come here.' : 'The bank is not running.'}</li>}
        </ol>
        <button type="button" className={isLever && canType ? 'lever' : 'dark'} disabled={!canType} onClick={type}>
          <Icon name="keyboard" /> {isAskingNumber ? 'Type my number' : 'Type code for me'}
        </button>
      </div>
    </Panel>
  );
}

function Message({ message }: { readonly message: PhoneMessage }) {
  const code = codeOf(message);
  const [before, after] = code === null ? [message.text, ''] : message.text.split(code, 2);
  return (
    <li className="message">
      <p className="message-head">{message.channel === 'sms' ? 'SMS, Qolma' : 'Push, Qolma'} <time>{formatTime(message.atUtcMs, 'minutes')}</time></p>
      <p>{before}{code !== null && <strong className="code">{code}</strong>}{after?.replace(/^[.\s]+/, '')}</p>
    </li>
  );
}

/** Telephones and the messages of the chosen one; a phone that gets a message comes to the front. */
function usePhones() {
  const { bench } = useLinks();
  const { isBankUp } = useStore(bench.snapshot);
  const hostEventCount = useStore(bench.events).filter((event) => event.target === 'bank').at(-1)?.atUtcMs ?? 0;
  const [phones, setPhones] = useState<readonly Phone[]>([]);
  const [phone, choosePhone] = useState<string | null>(null);
  const [messages, setMessages] = useState<readonly PhoneMessage[]>([]);
  const counts = useRef<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    if (!isBankUp) return;
    let isOver = false;
    void bench.ask('bank', { do: 'phones' }).then((answer) => {
      if (isOver) return;
      const found = readPhones(answer);
      const news = found.find((one) => counts.current.size > 0 && one.messageCount > (counts.current.get(one.phone) ?? 0));
      counts.current = new Map(found.map((one) => [one.phone, one.messageCount]));
      setPhones(found);
      choosePhone((chosen) => news?.phone ?? chosen ?? found[0]?.phone ?? null);
    });
    return () => void (isOver = true);
  }, [bench, isBankUp, hostEventCount]);
  useEffect(() => {
    if (phone === null || !isBankUp) return setMessages([]);
    let isOver = false;
    void bench.ask('bank', { do: 'messages', phone }).then((answer) => {
      if (!isOver) setMessages(readMessages(answer));
    });
    return () => void (isOver = true);
  }, [bench, isBankUp, phone, hostEventCount]);
  return { phones, phone, choosePhone, messages };
}
