import { useEffect, useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Keypad } from '../../parts/keypad.tsx';
import { Problem } from '../../parts/problem.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useCountDown } from '../../parts/time-left.tsx';
import { clock } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';

/** A digit is readable for a moment, then a dot. */
const HIDE_MS = 800;

/** The code goes out by itself with its last digit; nothing of it stays. */
export function Otp({ data }: { readonly data: ScreenData<'otp'> }) {
  const { send, frame } = useScreen();
  const text = useText();
  const [typed, setTyped] = useState('');
  const [readable, setReadable] = useState(-1);
  const expiresInMs = useCountDown(data.expiresInMs, frame.revision);
  const resendInMs = useCountDown(data.resendInMs, frame.revision) ?? 0;
  useEffect(() => {
    if (data.problem !== null) setTyped('');
  }, [data.problem, data.triesLeft]);
  useEffect(() => {
    const timer = setTimeout(() => setReadable(-1), HIDE_MS);
    return () => clearTimeout(timer);
  }, [readable]);
  const isOff = data.state !== 'awaitingEntry' || data.problem === 'expired';
  const add = (digit: string) => {
    if (typed.length >= data.codeLength) return;
    const code = typed + digit;
    setTyped(code);
    setReadable(typed.length);
    if (code.length === data.codeLength) send({ kind: 'submitCode', code });
  };
  const problem = data.problem === 'wrongCode' ? text('otp.wrong', { count: data.triesLeft }) : data.problem === 'expired' ? text('otp.expired') : data.problem === 'noHost' ? text('otp.noHost') : null;
  const missing = data.codeLength - typed.length;
  return (
    <ScreenLayout
      counter={<Counter left={<CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />} right={<CounterNote>{data.state === 'verifying' ? text('otp.verifying') : missing > 0 ? text('otp.missing', { count: missing }) : text('otp.submitLine')}</CounterNote>} />}
    >
      <Heading line={data.maskedDestination === null ? text('otp.requesting') : text('otp.sent', { masked: data.maskedDestination })}>{text(data.channel === 'push' ? 'otp.headingPush' : 'otp.headingSms')}</Heading>
      <div className="columns">
        <div className="main">
          <div className="boxes" role="group" aria-label={text('otp.field')}>
            {Array.from({ length: data.codeLength }, (_, index) => (
              <span key={index} className={`box ${problem !== null && typed === '' ? 'is-bad' : index === typed.length ? 'is-current' : ''}`}>{index < typed.length ? (index === readable ? typed[index] : '•') : ''}</span>
            ))}
          </div>
          {problem === null || typed !== '' ? null : <Problem>{problem}</Problem>}
          <p className="t-body soft">
            {expiresInMs === null || data.problem === 'expired' ? null : <>{text.rich('otp.valid', { time: clock(expiresInMs) })} · {text.rich('otp.tries', { count: data.triesLeft })}</>}
          </p>
          <div className="resend">
            {data.codesLeft === 0 ? <p className="t-caption soft">{text('otp.noMore')}</p> : resendInMs > 0 && data.problem !== 'expired' ? <p className="t-caption soft">{text('otp.resendWait', { seconds: Math.ceil(resendInMs / 1000) })}</p> : <SecondaryButton intent="resendCode" label={text('otp.resend')} icon="chatText" />}
          </div>
          <p className="t-caption soft">{text('otp.secret')}</p>
          <div className="spacer" />
        </div>
        <div className="side">
          <Keypad off={isOff} onDigit={add} onClear={() => setTyped('')} onBackspace={() => setTyped((before) => before.slice(0, -1))} />
        </div>
      </div>
    </ScreenLayout>
  );
}
