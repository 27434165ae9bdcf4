import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Header } from '../../parts/header.tsx';
import { useText } from '../../text/use-text.ts';

export function Farewell({ data }: { readonly data: ScreenData<'farewell'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <div className="screen" role="presentation" onClick={() => send({ kind: 'touch' })}>
      <Header />
      <main className="content">
        <div className="spacer" />
        <h1 className="t-display">{text('farewell.heading')}</h1>
        <p className="t-title soft">{text(data.hasReceipt ? 'farewell.receipt' : 'farewell.line')}</p>
        <div className="spacer" />
      </main>
      <Counter right={<CounterNote>{text('farewell.note')}</CounterNote>} />
    </div>
  );
}
