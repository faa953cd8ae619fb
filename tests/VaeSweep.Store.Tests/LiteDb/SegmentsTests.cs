using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class SegmentsTests : IDisposable
{
    private readonly LiteDbFile _file = LiteDbFile.Open(new SimulatedDisk(), "store", DiskAccess.Write);

    public void Dispose() => _file.Dispose();

    private List<EpochReport> Read(long trial) => [.. Segments.Read(_file, trial, trial).Select(one => one.Report)];

    [Fact]
    public void A_trials_reports_come_back_in_order_and_nobody_elses()
    {
        foreach (var first in new[] { 1, 4, 7 })
        {
            var changes = new StoreChanges();
            foreach (var trial in new long[] { 1, 2, 3, (1L << 39) - 1 })
                Segments.Append(changes, trial, 1, [.. Enumerable.Range(first, 3).Select(Some.Report)]);
            _file.Commit(changes);
        }

        Assert.Equal(Enumerable.Range(1, 9), Read(2).Select(report => report.Epoch));
        Assert.Equal(Enumerable.Range(1, 9), Read((1L << 39) - 1).Select(report => report.Epoch));
        Assert.Empty(Read(4));
        Assert.Equal(2, Segments.TrialOf(_file.Read(StoreCollections.Segments, TrialKeys.Of(2, 0))[0]));
    }

    [Fact]
    public void A_finished_trials_segments_become_one_with_the_same_reports()
    {
        for (var epoch = 1; epoch <= 40; epoch++)
        {
            var changes = new StoreChanges();
            Segments.Append(changes, 7, 1, [Some.Report(epoch)]);
            Segments.Append(changes, 8, 1, [Some.Report(epoch)]);
            _file.Commit(changes);
        }

        var before = Read(7);
        _file.Commit(Segments.Compact(_file, 7));

        var after = Read(7);
        Assert.Equal(before.Select(report => report.Epoch), after.Select(report => report.Epoch));
        Assert.Equal(before.Select(report => report.Units[0].Kl), after.Select(report => report.Units[0].Kl));
        Assert.Single(_file.Read(StoreCollections.Segments, TrialKeys.Of(7, 0), TrialKeys.Of(8, 0)));
        Assert.Equal(40, _file.Read(StoreCollections.Segments, TrialKeys.Of(8, 0), TrialKeys.Of(9, 0)).Count);
        Assert.Equal(0, Segments.Compact(_file, 7).Count);
    }

    [Fact]
    public void Segments_of_several_attempts_become_one_for_each_and_every_report_keeps_its_attempt()
    {
        foreach (var (attempt, epoch) in new[] { (1, 1), (1, 2), (2, 3), (2, 5), (3, 4), (3, 6), (3, 7) })
        {
            var changes = new StoreChanges();
            Segments.Append(changes, 7, attempt, [Some.Report(epoch)]);
            _file.Commit(changes);
        }

        _file.Commit(Segments.Compact(_file, 7));

        Assert.Equal([1, 1, 2, 3, 2, 3, 3], Segments.Read(_file, 7, 7).Select(one => one.Attempt));
        Assert.Equal(Enumerable.Range(1, 7), Read(7).Select(report => report.Epoch));
        Assert.Equal(5, _file.Read(StoreCollections.Segments, TrialKeys.First(7), TrialKeys.Last(7)).Count);
    }

    [Fact]
    public void Keys_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialKeys.Of(1L << 39, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrialKeys.Of(1, 1 << 24));
        Assert.Throws<ArgumentOutOfRangeException>(() => Segments.Append(new StoreChanges(), 1, 1, []));
    }

    [Fact]
    public void Scores_of_many_trials_come_back_from_one_block()
    {
        var random = new Random(1);
        var trials = Enumerable.Range(0, ColumnBlock.UsualRows).Select(i => (i * 3L) - (i % 7)).ToArray();
        var columns = new[] { "test_nll", "active_units" }.ToDictionary(name => name, _ =>
            trials.Select(_ => random.Next(9) == 0 ? double.NaN : random.NextDouble()).ToArray());
        _file.Commit(new StoreChanges().Upsert(StoreCollections.Columns, new ColumnBlock(trials, columns).ToDocument(17)));

        var block = ColumnBlock.Of(_file.Find(StoreCollections.Columns, 17L)!);

        Assert.Equal(trials, block.Trials);
        Assert.Equal(columns["test_nll"].Select(BitConverter.DoubleToInt64Bits),
            block.Columns["test_nll"].Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(["active_units", "test_nll"], block.Columns.Keys.Order());
    }
}
