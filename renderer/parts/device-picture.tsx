import { useText } from '../text/use-text.ts';

/** Where the hand goes, front view; the lit edge breathes like the real light. Working: nothing is lit. */
export function DevicePicture({ device, lit, moving = lit, coins = false }: { readonly device: 'acceptor' | 'dispenser' | 'printer'; readonly lit: boolean; readonly moving?: boolean; /** Beside the acceptor there is a slot for coins, and it takes them. */ readonly coins?: boolean }) {
  const text = useText();
  const isIn = device === 'acceptor';
  const name = text(coins && isIn ? 'device.acceptorCoins' : `device.${device}`);
  const edge = lit ? 'var(--turn)' : 'var(--line-strong)';
  return (
    <div className="device" role="img" aria-label={name}>
      <svg viewBox="0 0 968 480" preserveAspectRatio="xMidYMid meet">
        <rect x="138" y="52" width="692" height="136" rx="26" fill="var(--line)" />
        <g className={moving ? (isIn ? 'loop-in' : 'loop-out') : ''}>
          <rect x="268" y="140" width="432" height="166" rx="12" fill={device === 'printer' ? 'var(--surface)' : 'var(--ink-soft)'} stroke="var(--line-strong)" strokeWidth="2" />
          {device === 'printer' ? null : <circle cx="580" cy="216" r="50" fill="none" stroke="var(--surface-sunk)" strokeWidth="4" />}
          <rect x="312" y="196" width="156" height="16" rx="3" fill="var(--line-strong)" />
          <rect x="312" y="230" width="104" height="16" rx="3" fill="var(--line-strong)" />
        </g>
        <rect x="180" y="90" width="606" height="52" rx="18" fill="var(--counter)" />
        <rect x="180" y="134" width="606" height="12" fill={edge} className={lit ? 'breathe' : ''} />
        {[0, 1, 2].map((step) => (
          <path key={step} d={isIn ? `M424 ${374 + step * 44}l60-40 60 40` : `M424 ${342 + step * 44}l60 40 60-40`} fill="none" stroke="var(--ink)" strokeOpacity={1 - step * 0.32} strokeWidth="13" strokeLinecap="round" strokeLinejoin="round" />
        ))}
        {coins && isIn ? <CoinSlot edge={edge} moving={moving} /> : null}
        <Outline device={device} lit={lit} />
      </svg>
      <p className="where t-body">{name}</p>
    </div>
  );
}

function CoinSlot({ edge, moving }: { readonly edge: string; readonly moving: boolean }) {
  return (
    <g>
      <rect x="838" y="52" width="108" height="112" rx="26" fill="var(--counter)" />
      <rect x="884" y="70" width="16" height="76" rx="8" fill={edge} />
      <g className={moving ? 'loop-in' : ''}>
        <circle cx="892" cy="204" r="34" fill="var(--surface)" stroke="var(--ink)" strokeWidth="6" />
        <circle cx="892" cy="204" r="22" fill="none" stroke="var(--ink)" strokeWidth="4" />
      </g>
    </g>
  );
}

/** The whole terminal small, the part in question filled. */
function Outline({ device, lit }: { readonly device: 'acceptor' | 'dispenser' | 'printer'; readonly lit: boolean }) {
  const fill = (part: string) => (part === device && lit ? 'var(--turn)' : part === device ? 'var(--ink)' : 'none');
  return (
    <g stroke="var(--ink)" strokeWidth="4" fill="none">
      <rect x="830" y="250" width="98" height="196" rx="14" />
      <rect x="844" y="264" width="70" height="100" rx="5" />
      <rect x="844" y="376" width="40" height="12" rx="4" fill={fill('acceptor')} />
      <rect x="894" y="376" width="20" height="12" rx="4" fill={fill('printer')} />
      <rect x="844" y="414" width="70" height="16" rx="6" fill={fill('dispenser')} />
    </g>
  );
}
