using VaeSweep.Sweeps;

namespace VaeSweep.Store.LiteDb;

/// <summary>Epoch reports as bytes: about 500 of a report with 50 units. Every number comes back to the bit, NaN and infinities
/// included.</summary>
public static class ReportBlob
{
    private const byte Version = 2;

    /// <summary>Without <see cref="EpochReport.Others"/>.</summary>
    private const byte FirstVersion = 1;

    private const int UsualBytes = 700;

    public static byte[] Encode(IReadOnlyList<EpochReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var writer = new BlobWriter(16 + (reports.Count * UsualBytes));
        writer.Byte(Version);
        writer.Number(reports.Count);
        foreach (var report in reports)
            Write(writer, report);
        return writer.ToArray();
    }

    /// <exception cref="StoreDamagedException">The bytes are not what <see cref="Encode"/> made.</exception>
    public static IReadOnlyList<EpochReport> Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new BlobReader(bytes);
        var version = reader.Byte();
        if (version is not (Version or FirstVersion))
            throw new StoreDamagedException($"Reports of format {version}; this program reads {Version}.");
        var reports = new EpochReport[reader.Count()];
        for (var i = 0; i < reports.Length; i++)
            reports[i] = Read(ref reader, hasOthers: version > FirstVersion);
        return reader.AtEnd ? reports : throw new StoreDamagedException("More bytes follow the last report.");
    }

    private static void Write(BlobWriter writer, EpochReport report)
    {
        ReadOnlySpan<double> values =
        [
            report.TrainElbo, report.TrainRecon, report.TrainKl, report.ValidElbo, report.ValidRecon, report.ValidKl,
            report.TestElbo, report.TestRecon, report.TestKl, report.TrainObjective, report.Beta, report.GradNorm, report.Seconds,
        ];
        writer.Number(report.Epoch);
        // What was not measured is the usual NaN, and takes no room.
        var measured = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(values[i]) != BitConverter.DoubleToInt64Bits(double.NaN))
                measured |= 1 << i;
        }

        writer.Number(measured);
        for (var i = 0; i < values.Length; i++)
        {
            if ((measured & (1 << i)) != 0)
                writer.Double(values[i]);
        }

        writer.Number(report.ActiveUnits);
        writer.Number(report.ActiveUnits01);
        writer.Number(report.Units.Count);
        foreach (var layer in report.Units)
        {
            writer.Doubles(Span(layer.Activity));
            writer.Doubles(Span(layer.Kl));
        }

        writer.Number(report.Events.Count);
        foreach (var happened in report.Events)
        {
            writer.Text(happened.Event);
            writer.Text(happened.Detail);
        }

        writer.Number(report.Others.Count);
        foreach (var other in report.Others)
        {
            writer.Text(other.Name);
            writer.Double(other.Value);
        }
    }

    private static EpochReport Read(ref BlobReader reader, bool hasOthers)
    {
        var epoch = checked((int)reader.Number());
        var measured = reader.Number();
        Span<double> values = stackalloc double[13];
        for (var i = 0; i < values.Length; i++)
            values[i] = (measured & (1L << i)) != 0 ? reader.Double() : double.NaN;
        var (active, active01) = ((int)reader.Number(), (int)reader.Number());
        var units = new LayerUnits[reader.Count()];
        for (var i = 0; i < units.Length; i++)
            units[i] = new LayerUnits(reader.Doubles(), reader.Doubles());
        var events = new TrialEvent[reader.Count()];
        for (var i = 0; i < events.Length; i++)
            events[i] = new TrialEvent(reader.Text(), reader.Text());
        var others = new NamedValue[hasOthers ? reader.Count() : 0];
        for (var i = 0; i < others.Length; i++)
            others[i] = new NamedValue(reader.Text(), reader.Double());
        return new EpochReport
        {
            Epoch = epoch,
            TrainElbo = values[0],
            TrainRecon = values[1],
            TrainKl = values[2],
            ValidElbo = values[3],
            ValidRecon = values[4],
            ValidKl = values[5],
            TestElbo = values[6],
            TestRecon = values[7],
            TestKl = values[8],
            TrainObjective = values[9],
            Beta = values[10],
            GradNorm = values[11],
            Seconds = values[12],
            ActiveUnits = active,
            ActiveUnits01 = active01,
            Units = units,
            Events = events,
            Others = others,
        };
    }

    private static double[] Span(IReadOnlyList<double> values) => values as double[] ?? [.. values];
}
