using VaeSweep.Store.LiteDb;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests.LiteDb;

public sealed class ReportBlobTests
{
    private static readonly double[] _odd =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, double.Epsilon, double.MaxValue, 1.0 / 3, (float)0.1,
            BitConverter.Int64BitsToDouble(0x7ff8000000000123)];

    [Fact]
    public void Every_number_comes_back_to_the_bit()
    {
        var random = new Random(5);
        double Any() => random.Next(3) == 0 ? _odd[random.Next(_odd.Length)] : random.NextDouble() * 1000;
        double Measured() => random.Next(4) == 0 ? float.NaN : (float)(random.NextDouble() * 10);
        var reports = Enumerable.Range(1, 200).Select(epoch => new EpochReport
        {
            Epoch = epoch,
            TrainElbo = Any(), TrainRecon = Any(), TrainKl = Any(), ValidElbo = Any(), ValidRecon = Any(), ValidKl = Any(),
                TestElbo = Any(), TestRecon = Any(), TestKl = Any(),
            TrainObjective = Any(), Beta = Any(), GradNorm = Any(), Seconds = Any(),
            ActiveUnits = random.Next(-1, 50), ActiveUnits01 = random.Next(-1, 50),
            Units = [.. Enumerable.Range(0, random.Next(3))
                .Select(_ => new LayerUnits([.. Enumerable.Range(0, 50).Select(_ => Measured())],
                [.. Enumerable.Range(0, 50).Select(_ => Any())]))],
            Events = random.Next(5) == 0 ? [new TrialEvent("posterior_collapse", "alle Einheiten ≈ 0")] : [],
            Others = [.. Enumerable.Range(0, random.Next(3)).Select(i => new NamedValue($"curve_{i}", Any()))],
        }).ToList();

        var back = ReportBlob.Decode(ReportBlob.Encode(reports));

        Assert.Equal(reports.Count, back.Count);
        foreach (var (report, again) in reports.Zip(back))
        {
            Assert.Equal(Bits(report), Bits(again));
            Assert.Equal((report.Epoch, report.ActiveUnits, report.ActiveUnits01),
                (again.Epoch, again.ActiveUnits, again.ActiveUnits01));
            Assert.Equal(report.Events, again.Events);
            Assert.Equal(report.Others.Select(other => other.Name), again.Others.Select(other => other.Name));
        }
    }

    [Fact]
    public void A_report_of_50_units_takes_about_500_bytes()
    {
        var units = new LayerUnits([.. Enumerable.Range(0, 50).Select(i => (double)(i * 0.1f))],
            [.. Enumerable.Range(0, 50).Select(i => (double)(i * 0.3f))]);

        var bytes = ReportBlob.Encode(
            [new EpochReport { Epoch = 1, TrainElbo = -90.5, ValidElbo = -91.5, TrainObjective = 3, GradNorm = 2, Seconds = 1,
            Units = [units] }]).Length;

        Assert.InRange(bytes, 400, 550);
    }

    [Fact]
    public void Bytes_that_are_no_reports_are_refused_wherever_they_were_damaged()
    {
        var whole = ReportBlob.Encode([Some.Report(1), Some.Report(2), Some.Report(300)]);
        var random = new Random(6);

        Assert.All(Enumerable.Range(0, whole.Length), length =>
            Assert.Throws<StoreDamagedException>(() => ReportBlob.Decode(whole.AsSpan(0, length))));
        for (var i = 0; i < 2000; i++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 + random.Next(255));
            try
            {
                ReportBlob.Decode(damaged);
            }
            catch (Exception error) when (error is StoreDamagedException or OverflowException)
            {
                // Refused. What it reads all the same is kept from the reader by the document's checksum.
            }
        }
    }

    private static IEnumerable<long> Bits(EpochReport report) => new[]
    {
        report.TrainElbo, report.TrainRecon, report.TrainKl, report.ValidElbo, report.ValidRecon, report.ValidKl, report.TestElbo,
            report.TestRecon, report.TestKl,
        report.TrainObjective, report.Beta, report.GradNorm, report.Seconds,
    }.Concat(report.Units.SelectMany(layer => layer.Activity.Concat(layer.Kl)))
        .Concat(report.Others.Select(other => other.Value)).Select(BitConverter.DoubleToInt64Bits);
}
