using VaeSweep.Store.Postgres;

namespace VaeSweep.Store.Tests;

public class TogetherTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_gathers_while_a_lot_is_on_its_way_goes_together_and_each_gets_its_own_answer()
    {
        var (gate, lots) = (new TaskCompletionSource(), new List<int[]>());
        var together = Of(gate, lots);
        var first = together.AskAsync(1, Token);
        await WaitForAsync(lots, 1);
        Task<int>[] others = [.. Enumerable.Range(2, 4).Select(n => together.AskAsync(n, Token))];

        gate.SetResult();

        Assert.Equal(10, await first);
        Assert.Equal((int[])[20, 30, 40, 50], await Task.WhenAll(others));
        Assert.Equal([[1], [2, 3, 4], [5]], lots);
    }

    [Fact]
    public async Task What_is_cancelled_before_its_turn_is_not_done()
    {
        var (gate, lots) = (new TaskCompletionSource(), new List<int[]>());
        var together = Of(gate, lots);
        var first = together.AskAsync(1, Token);
        await WaitForAsync(lots, 1);
        using var cancelled = new CancellationTokenSource();
        var second = together.AskAsync(2, cancelled.Token);
        var third = together.AskAsync(3, Token);

        await cancelled.CancelAsync();
        gate.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal((int[])[10, 30], await Task.WhenAll(first, third));
        Assert.Equal([[1], [3]], lots);
    }

    [Fact]
    public async Task A_failure_is_that_of_all_who_went_together_and_of_nobody_else()
    {
        var together = new Together<int, int>(
            asked => asked.Contains(1) ? throw new InvalidOperationException("refused") : Task.FromResult<IReadOnlyList<int>>([.. asked]), most: 1, ways: 1);

        var (refused, fine) = (together.AskAsync(1, Token), together.AskAsync(2, Token));

        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
        Assert.Equal(2, await fine);
    }

    /// <summary>Answers ten times what it is asked for, three at a time, once the gate is open.</summary>
    private static Together<int, int> Of(TaskCompletionSource gate, List<int[]> lots) => new(
        async asked =>
        {
            lock (lots)
            {
                lots.Add([.. asked]);
                Monitor.PulseAll(lots);
            }

            await gate.Task;
            return [.. asked.Select(n => 10 * n)];
        },
        most: 3, ways: 1);

    private static Task WaitForAsync(List<int[]> lots, int count) => Task.Run(
        () =>
        {
            lock (lots)
            {
                while (lots.Count < count)
                    Monitor.Wait(lots);
            }
        },
        Token);
}
