import { expect, it, vi } from 'vitest';
import { lazily } from './lazily.js';

it('loads once, however many ask for it', async () => {
  const load = vi.fn<() => Promise<object>>(async () => ({}));
  const get = lazily(load);
  expect(load).not.toHaveBeenCalled();
  const [one, other] = await Promise.all([get(), get()]);
  expect([one, await get()]).toEqual([other, other]);
  expect(load).toHaveBeenCalledOnce();
});

it('is tried again where it has failed', async () => {
  const load = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(new Error('too many open files'))
    .mockResolvedValue('loaded');
  const get = lazily(load);
  await expect(get()).rejects.toThrow('too many open files');
  expect(await get()).toBe('loaded');
});
