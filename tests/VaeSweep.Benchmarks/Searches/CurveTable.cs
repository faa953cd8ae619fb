using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Benchmarks;

/// <summary>What real trainings of many configurations gave, epoch by epoch: sweeps/tabulated.csv. A configuration that was not
/// trained has the curve of its nearest neighbour.</summary>
internal sealed class CurveTable
{
    /// <summary>What the values of a setting that have no distance are from each other.</summary>
    private const double Apart = 1;

    private static readonly string[] _names =
        ["latent", "hidden", "lr", "bound", "k", "batch_norm", "warmup", "prior"];

    // How much of each setting tells of a curve: with these, the curve of the nearest other configuration ends nearest to a
    // configuration's own.
    private static readonly double[] _weights = [2, 2, 4, 0.125, 1, 0.25, 0.125, 0.125];

    private readonly List<double[]> _places = [];
    private readonly List<double[]> _curves = [];

    public CurveTable(string path)
    {
        foreach (var row in File.ReadLines(path).Skip(1).Select(line => line.Split(',')).GroupBy(
            row => string.Join(',', row[.._names.Length]), StringComparer.Ordinal))
        {
            var curves = row.Select(one => one[^1].Split(' ').Select(Number).ToArray()).ToList();
            _places.Add(Place([.. row.First().Take(_names.Length)]));
            _curves.Add([.. Enumerable.Range(0, curves[0].Length).Select(epoch => curves.Average(one => one[epoch]))]);
            if (_curves[^1][^1] > Best)
                (Best, BestDeviation) = (_curves[^1][^1], Deviation([.. curves.Select(one => one[^1])]));
        }
    }

    /// <summary>Where the repository keeps it.</summary>
    public static string Usual { get; } = Path.Combine(Peers.Root, "sweeps", "tabulated.csv");

    public int Configurations => _curves.Count;

    public int Epochs => _curves[0].Length;

    /// <summary>The best mean over seeds at the last epoch; higher is better.</summary>
    public double Best { get; } = double.NegativeInfinity;

    /// <summary>Of the best configuration's seeds.</summary>
    public double BestDeviation { get; }

    /// <summary>By epoch, the mean over the seeds.</summary>
    public double[] CurveOf(TrialConfig config)
    {
        var (model, objective) = (config.Model, config.Objective);
        var place = Place(
        [
            Text(model.Layers[0]), Text(model.Hidden[0][0]), Text(config.Train.Adam.Lr), objective.Bound, Text(objective.K),
            model.BatchNorm ? "1" : "0", Text(objective.WarmupEpochs), model.Prior,
        ]);
        return _curves[Enumerable.Range(0, _places.Count).MinBy(row => Distance(_places[row], place))];
    }

    private static double Distance(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            if (!double.IsNaN(one[i]) && !double.IsNaN(other[i]))
                sum += _weights[i] * Math.Abs(one[i] - other[i]);
        }

        return sum;
    }

    /// <summary>Each setting from 0 to 1; NaN where it has no meaning.</summary>
    private static double[] Place(string[] row) =>
    [
        Math.Log(Number(row[0]) / 2) / Math.Log(32), Number(row[1]) switch { 50 => 0, 100 => 0.5, _ => 1 },
        Math.Log(Number(row[2]) / 1e-4) / Math.Log(200), row[3] == "iwae" ? Apart : 0,
        row[3] != "iwae" ? double.NaN : Number(row[4]) switch { 2 => 0, 5 => 0.5, _ => 1 }, row[5] == "1" ? Apart : 0,
        Number(row[6]) / 10, row[7] == "mixture" ? Apart : 0,
    ];

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(one => (one - mean) * (one - mean)) / (values.Length - 1));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
