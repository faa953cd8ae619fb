using VaeSweep.Cluster.Actors;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

public sealed class FilesInHandTests
{
    private readonly FilesInHand _files = new();

    [Fact]
    public void However_long_the_head_is_away_no_more_than_the_newest_and_the_best_wait()
    {
        Add(1);
        Assert.Equal("1", _files.Begin()!.Value.Path);
        Assert.Empty(Add(2));
        Assert.Equal(["2"], Add(3, best: true));
        Assert.Empty(Add(4));
        Assert.Equal(["4"], Add(5));
        _files.Done();

        // The first has arrived.
        Assert.Equal(["1"], _files.TakeObsolete());
        Assert.Equal("3", Send());
        Assert.Equal(["3"], _files.TakeObsolete());
        Assert.Equal("5", Send());
        Assert.Empty(_files.TakeObsolete());
        Assert.True(_files.IsEmpty);
    }

    [Fact]
    public void The_end_is_sent_after_all_else()
    {
        Add(1);
        _files.Ending = (new AttemptEnd(AttemptOutcome.Succeeded), _ => null);

        Assert.NotNull(_files.Begin());
        Assert.False(_files.IsEnd);
        _files.Done();
        Assert.Null(_files.Begin());
        Assert.True(_files.IsEnd);
    }

    private IReadOnlyList<string> Add(int epoch, bool best = false)
    {
        _files.Add(new EpochCheckpoint(epoch, $"{epoch}", best));
        return _files.TakeObsolete();
    }

    private string Send()
    {
        var sent = _files.Begin()!.Value.Path;
        _files.Done();
        return sent;
    }
}
