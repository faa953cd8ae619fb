using VaeSweep.Cluster.Actors;

namespace VaeSweep.Cluster.Tests.Actors;

public sealed class GateTests
{
    private readonly Gate _gate = new();

    [Fact]
    public async Task Who_comes_while_it_is_shut_waits_until_it_opens()
    {
        await _gate.PassAsync(CancellationToken.None);
        _gate.Shut();
        var waiting = new[] { Pass(), Pass() };
        Assert.DoesNotContain(waiting, one => one.IsCompleted);

        _gate.Open();

        await Task.WhenAll(waiting);
        await _gate.PassAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_waits_can_be_called_away()
    {
        using var away = new CancellationTokenSource();
        _gate.Shut();
        var waiting = _gate.PassAsync(away.Token).AsTask();

        await away.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _gate.Open();
    }

    [Fact]
    public async Task Opened_for_good_it_is_shut_no_more()
    {
        _gate.Shut();
        var waiting = Pass();

        _gate.StayOpen();
        _gate.Shut();

        await waiting;
        await _gate.PassAsync(CancellationToken.None);
    }

    private Task Pass() => _gate.PassAsync(CancellationToken.None).AsTask();
}
