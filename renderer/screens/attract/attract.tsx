import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { Header } from '../../parts/header.tsx';
import { Icon } from '../../parts/icon.tsx';
import { ChipRow } from '../../parts/money.tsx';
import { useText } from '../../text/use-text.ts';

/** What the terminal can do today and which notes it takes and gives. Any touch starts; the counter itself is saffron: all of it is your turn. */
export function Attract({ data }: { readonly data: ScreenData<'attract'> }) {
  const { send } = useScreen();
  const text = useText();
  const takes = data.acceptedMinor.length > 0;
  const gives = data.dispensedMinor.length > 0;
  return (
    <div className="screen">
      <Header />
      <main className="content attract" onClick={() => send({ kind: 'touch' })}>
        <div className="spacer" />
        <h1 className="t-display">{text('attract.greeting')}</h1>
        <p className="t-title soft">{text(takes && gives ? 'attract.both' : takes ? 'attract.inOnly' : gives ? 'attract.outOnly' : 'attract.none')}</p>
        <div className="spacer" />
        {takes ? (
          <section className="notes-line">
            <p className="t-caption soft"><Icon name="handDeposit" /> {text('attract.accepts')}</p>
            <ChipRow denominationsMinor={data.acceptedMinor} />
          </section>
        ) : null}
        {gives ? (
          <section className="notes-line">
            <p className="t-caption soft"><Icon name="handWithdraw" /> {text('attract.gives')}</p>
            <ChipRow denominationsMinor={data.dispensedMinor} />
          </section>
        ) : null}
      </main>
      <button type="button" className="counter start" data-intent="touch" onClick={() => send({ kind: 'touch' })}>
        <span className="t-headline">{text('attract.touch')}</span>
      </button>
    </div>
  );
}
