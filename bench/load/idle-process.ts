/** A crowd that is connected and silent, until its process is ended: URL KIND COUNT. */
import { gather, type Kind } from './crowd.ts';

const [url = '', kind = 'relay', count = '0'] = process.argv.slice(2);
await gather({ url, kind: kind as Kind }, { visitors: Number(count), agents: 0 });
process.send?.('there');
