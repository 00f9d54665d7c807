import { describeApi } from '../../packages/server/src/gateway/http/description/document.ts';
import { apiRoutes } from '../../packages/server/src/gateway/http/table.ts';

type Parts = Parameters<typeof apiRoutes>[0];
type Reach = Parameters<typeof apiRoutes>[1];

/** No relay runs behind this table: it is read, and none of its handlers is called. */
export const describeRoutes = (): object =>
  describeApi(apiRoutes({ config: { trustProxy: false } } as unknown as Parts, {} as Reach));
