import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { PrimaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { DevicePicture } from '../../parts/device-picture.tsx';
import { Figure, hasCoins, NoteRow } from '../../parts/money.tsx';
import { Ring } from '../../parts/ring.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

/** What the dispenser can do decides what is said: without a retract area it cannot take the notes back. */
export function TakeCash({ data }: { readonly data: ScreenData<'take-cash'> }) {
  const text = useText();
  const { allows } = useScreen();
  // What a sensor sees nobody has to say.
  const isAsked = !data.canRetract || allows('next');
  return (
    <ScreenLayout counter={isAsked ? <Counter right={<PrimaryButton intent="next" label={text('take.taken')} line={text('take.takenLine')} />} /> : undefined}>
      <Heading line={text.rich(data.canRetract ? 'take.retract' : 'take.noRetract')}>{text('take.heading')}</Heading>
      <div className="columns">
        <div className="main">
          {data.amountMinor === 0 ? null : <Figure amountMinor={data.amountMinor} />}
          <div className="row-between">
            <NoteRow notes={data.notes} />
            <Ring />
          </div>
          {hasCoins(data.notes.map(({ denominationMinor }) => denominationMinor)) ? <p className="t-body">{text('take.coins')}</p> : null}
        </div>
        <div className="side grow">
          <DevicePicture device="dispenser" lit />
        </div>
      </div>
    </ScreenLayout>
  );
}
