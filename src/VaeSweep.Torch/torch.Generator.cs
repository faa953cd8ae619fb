using VaeSweep.Torch.Interop;

namespace VaeSweep.Torch;

public static partial class torch
{
    /// <summary>A stream of random numbers of its own, on one device.</summary>
    /// <remarks>The same seed gives the same numbers on the same kind of device with the same libtorch; CPU and CUDA differ.</remarks>
    public sealed unsafe class Generator : IDisposable
    {
        /// <summary>A stream that starts at <paramref name="seed"/>.</summary>
        public Generator(ulong seed, Device? device = null)
        {
            this.device = device ?? Device.CPU;
            Status.Check(Native.vs_generator_new((int)this.device.Type, this.device.Index, seed, out var pointer), operation: "Generator");
            Handle = new GeneratorHandle(pointer);
        }

        /// <inheritdoc cref="Generator(ulong, Device?)"/>
        public Generator(Device device, ulong seed)
            : this(seed, device)
        {
        }

        /// <summary>Where it draws.</summary>
        public Device device { get; }

        internal GeneratorHandle Handle { get; }

        /// <summary>Starts anew at a seed.</summary>
        public Generator manual_seed(ulong seed)
        {
            Status.Check(Native.vs_generator_set_seed(Handle, seed));
            return this;
        }

        /// <summary>The seed it started at.</summary>
        public ulong initial_seed()
        {
            Status.Check(Native.vs_generator_seed(Handle, out var seed));
            return seed;
        }

        /// <summary>Where the stream stands, for a checkpoint.</summary>
        public byte[] get_state()
        {
            Status.Check(Native.vs_generator_get_state(Handle, null, 0, out var size));
            var state = new byte[size];
            fixed (byte* p = state)
            {
                Status.Check(Native.vs_generator_get_state(Handle, p, size, out _));
            }

            return state;
        }

        /// <summary>Goes on from where <see cref="get_state"/> stood.</summary>
        /// <exception cref="TorchException">The bytes are not a state of this kind of device.</exception>
        public void set_state(ReadOnlySpan<byte> state)
        {
            fixed (byte* p = state)
            {
                Status.Check(Native.vs_generator_set_state(Handle, p, state.Length));
            }
        }

        public void Dispose() => Handle.Dispose();
    }
}
