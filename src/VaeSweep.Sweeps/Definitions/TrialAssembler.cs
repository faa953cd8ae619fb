using System.Security.Cryptography;

namespace VaeSweep.Sweeps;

/// <summary>Turns the points of one block into trials. Runs of paths that never change in the block are rendered once.</summary>
internal sealed class TrialAssembler
{
    private readonly TrialWriter _writer = new();
    private readonly List<(ConfigFragment? Constant, ConfigPath? Path)> _parts = [];
    private readonly byte[] _fingerprint = new byte[SHA256.HashSizeInBytes];
    private readonly int _seedIndex = ConfigSchema.At("seed").Index;
    private readonly int _epochsIndex = ConfigSchema.At("train.epochs").Index;
    private readonly int _phasesIndex = ConfigSchema.At("train.phases").Index;
    private ConfigFragment _seedFragment = ConfigFragment.Nothing;
    private ConfigValue[] _values = [];
    private long _seed;

    public TrialAssembler(SweepBlock block)
    {
        var varying = new HashSet<int>(block.Axes.SelectMany(axis => axis.Paths).Select(path => path.Index)) { _seedIndex };
        var run = ConfigFragment.Nothing;
        foreach (var path in ConfigSchema.Paths)
        {
            if (Axis.Chain(path.Index).Any(varying.Contains))
            {
                _parts.Add((run, null));
                _parts.Add((null, path));
                run = ConfigFragment.Nothing;
            }
            else if (ConfigSchema.IsApplicable(path, block.Fixed))
            {
                var next = ConfigFragment.Of(path, block.Fixed[path.Index]);
                run = new([.. run.Config, .. next.Config], [.. run.Identity, .. next.Identity], [.. run.Pack, .. next.Pack]);
            }
        }

        _parts.Add((run, null));
    }

    public long Seed
    {
        set
        {
            _seed = value;
            _seedFragment = ConfigFragment.Of(ConfigSchema.At("seed"), ConfigValue.Of(value));
        }
    }

    /// <returns>The point's fingerprint, valid until the next call.</returns>
    public ReadOnlySpan<byte> Assemble(ConfigValue[] values, ConfigFragment[] fragments)
    {
        _values = values;
        _writer.Clear();
        foreach ((var constant, var path) in _parts)
        {
            if (constant is not null)
                _writer.Add(constant);
            else if (path!.Index == _seedIndex)
                _writer.Add(_seedFragment);
            else if (ConfigSchema.IsApplicable(path, values))
                _writer.Add(fragments[path.Index]);
        }

        _writer.Fingerprint(_fingerprint);
        return _fingerprint;
    }

    /// <summary>The assembled point as a trial.</summary>
    public Trial ToTrial(long index) =>
        _writer.ToTrial(index, _fingerprint, _seed, TrialPhases.Epochs(_values[_epochsIndex], _values[_phasesIndex]));
}
