import { SecondaryButton } from '../../parts/button.tsx';
import { useText } from '../../text/use-text.ts';

export function OtherMethods({ methods }: { readonly methods: readonly ('phone' | 'iin')[] }) {
  const text = useText();
  if (methods.length === 0) return null;
  return (
    <div className="other-methods">
      {methods.map((method) => (
        <SecondaryButton key={method} intent="identifyWith" value={method} icon={method === 'phone' ? 'deviceMobile' : 'user'} label={`${text('identify.other')}: ${text(`identify.${method}`)}`} touch={{ kind: 'identifyWith', method }} />
      ))}
    </div>
  );
}
