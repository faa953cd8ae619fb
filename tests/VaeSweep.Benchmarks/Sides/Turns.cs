using System.Diagnostics.CodeAnalysis;

namespace VaeSweep.Benchmarks;

/// <summary>Sides that take turns, by name, and what their work took. They end when this is disposed.</summary>
[SuppressMessage("Design", "CA1010", Justification = "Only written with a collection's initialiser.")]
internal sealed class Turns : IDisposable
{
    private readonly List<(string Name, Side Side)> _sides = [];
    private readonly List<(string Name, Times Times)> _times = [];

    public IReadOnlyList<string> Names => [.. _sides.Select(entry => entry.Name)];

    public IReadOnlyList<(string Name, Times Times)> All => _times;

    public Side this[string name]
    {
        get => _sides.First(entry => entry.Name == name).Side;
        init => _sides.Add((name, value));
    }

    public Times Of(string name) => _times.First(entry => entry.Name == name).Times;

    /// <summary>One turn of a side at its own work.</summary>
    public void Time(string name, Func<Side, double> work) => Time(name, name, work);

    /// <summary>One turn of a side at another work, which <paramref name="name"/> names.</summary>
    public void Time(string name, string side, Func<Side, double> work)
    {
        if (_times.All(entry => entry.Name != name))
            _times.Add((name, new Times()));

        Of(name).Add(work(this[side]));
    }

    public async Task DescribeAsync(TextWriter output)
    {
        foreach (var (name, side) in _sides)
            await output.WriteLineAsync($"  {name}: {side.Description}");
    }

    public void Dispose() => _sides.ForEach(entry => entry.Side.Dispose());
}
