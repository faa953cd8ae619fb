using VaeSweep.Models.Evaluation;

namespace VaeSweep.Training;

/// <summary>What each step of an epoch computed, kept on the device until somebody asks, so that a GPU need not be waited for at
/// every step.</summary>
internal sealed class StepHistory : IDisposable
{
    private const int Terms = 4;

    private readonly Tensor _rows;
    private readonly int _trials;
    private readonly int _first;
    private readonly List<int> _images = [];
    private int _read;

    /// <param name="first">The epoch's step that is recorded first.</param>
    /// <param name="steps">How many may follow.</param>
    public StepHistory(int trials, int first, int steps, Device device)
    {
        (_trials, _first) = (trials, first);
        _rows = torch.empty([Math.Max(steps, 1), Terms + 1, trials], ScalarType.Float64, device).DetachFromDisposeScope();
    }

    /// <summary>Records a step over batches of so many images.</summary>
    public void Add(StepTerms terms, Tensor gradientNorm, int images)
    {
        var row = _rows.select(0, _images.Count);
        row.narrow(0, 0, Terms).copy_(torch.stack([terms.Objective, terms.Elbo, terms.Recon, terms.Kl]));
        row.select(0, Terms).copy_(gradientNorm);
        _images.Add(images);
    }

    /// <summary>Adds the steps since the last call to each lane's sums.</summary>
    /// <returns>For each lane, the first step (of the epoch, from 1) whose bound was not a number or infinite; 0 where all were
    /// finite.</returns>
    public int[] AddTo(IReadOnlyList<Lane> lanes)
    {
        var bad = new int[_trials];
        if (_read == _images.Count)
            return bad;

        using var scope = NewDisposeScope();
        var values = _rows.narrow(0, _read, _images.Count - _read).Values<double>();
        for (var m = 0; m < _trials; m++)
        {
            var sums = lanes[m].Progress.Sums;
            for (var i = 0; i < _images.Count - _read; i++)
            {
                double Term(int term) => values[(((i * (Terms + 1)) + term) * _trials) + m];
                sums = sums.Add(Term(0), Term(1), Term(2), Term(3), Term(Terms), _images[_read + i]);
                if (bad[m] == 0 && !(double.IsFinite(Term(0)) && double.IsFinite(Term(1))))
                    bad[m] = _first + _read + i + 1;
            }

            lanes[m].Progress = lanes[m].Progress with { Sums = sums, Step = _first + _images.Count };
        }

        _read = _images.Count;
        return bad;
    }

    public void Dispose() => _rows.Dispose();
}
