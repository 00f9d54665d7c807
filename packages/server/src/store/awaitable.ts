/** SQLite answers at once, PostgreSQL later; callers await either. */
export type Awaitable<T> = T | Promise<T>;
